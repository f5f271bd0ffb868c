import type { MedicationRequest, Observation, Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Day, dayOf } from './calendar.ts'
import type { AllergenKey } from './codes/allergens.ts'
import { type DrugKey, drugConcept, drugs } from './codes/drugs.ts'
import { caseNames } from './cases.ts'
import { coursesOf } from './courses.ts'
import { type History, historyOf, isTaken } from './history.ts'
import { makePerson, type Person } from './person.ts'
import { profileAt } from './cases.ts'
import { codeOf, leaves, of, recordOf, results, today } from './population.testing.ts'

/** Anybody of any town: the named cases and those after them. */
const anybody = fc.record({ seed: fc.integer({ min: 1, max: 9999 }), index: fc.integer({ min: 0, max: 400 }) }).filter(({ index }) => caseNames[index] !== 'heavy' && caseNames[index] !== 'heaviest')
const personOf = ({ seed, index }: { seed: number; index: number }): Person => makePerson(seed, index, dayOf(today), profileAt(index))

/** The claims are to hold for all: a campaign draws others each time, and more. */
const sample = fc.sample(anybody, process.env['CHARTKEEP_CAMPAIGN'] === undefined ? 25 : 400)

/** Holds for the record of anybody; says who, where it does not. */
function assertEverybody(claim: (record: readonly Resource[], person: Person) => void): void {
  for (const who of sample) {
    try {
      claim(recordOf(who.index, who.seed), personOf(who))
    } catch (cause) {
      throw new Error(`not for seed ${who.seed}, place ${who.index}`, { cause })
    }
  }
}

describe('time', () => {
  it('puts nothing before the birth, nothing after the death, and nothing after yesterday', () => {
    assertEverybody((record, person) => {
      const dated = /(DateTime|\.start|\.end|\.issued|\.date|\.recordedDate|\.authoredOn|\.creation|\.whenHandedOver|\.startDate)$/
      const misplaced: string[] = []
      for (const resource of record) {
        for (const [path, leaf] of leaves(resource)) {
          // What is booked, and the day on which a birth is expected, lie ahead; an implant was made before it was put in, and lasts.
          if (resource.resourceType === 'Appointment' && resource.status === 'booked') continue
          const isExpected = resource.resourceType === 'Observation' && codeOf(resource.code) === '11778-8' && path.endsWith('valueDateTime')
          if (!dated.test(path) || isExpected || path.startsWith('.validityPeriod')) continue
          const text = String(leaf)
          // A year or a month may begin before the birth and end after it; what is known to the day may not.
          const [earliest, latest] = [dayOf(text.slice(0, 10)), dayOf(text.slice(0, 10).padEnd(7, '-01').padEnd(10, '-01'))]
          const isFuture = text.includes('T') && Date.parse(text) >= Date.parse(`${today}T00:00:00Z`)
          if (earliest < person.born || latest > person.until || isFuture) misplaced.push(`${resource.resourceType}${path} ${text}`)
        }
      }
      expect(misplaced).toEqual([])
    })
  })

  it('ends everything after it began', () => {
    assertEverybody((record) => {
      const spans = [
        ...of(record, 'Condition').map(({ onsetDateTime, abatementDateTime }) => [onsetDateTime, abatementDateTime]),
        ...of(record, 'Encounter').map(({ period }) => [period?.start, period?.end]),
        ...of(record, 'MedicationRequest').map(({ dispenseRequest }) => [dispenseRequest?.validityPeriod?.start, dispenseRequest?.validityPeriod?.end]),
      ]
      for (const [start, end] of spans) if (start !== undefined && end !== undefined) expect(start <= end, `${start} to ${end}`).toBe(true)
    })
  })

  it('never has anybody at two encounters at once', () => {
    assertEverybody((record) => {
      const periods = of(record, 'Encounter').filter(({ status }) => status !== 'entered-in-error').map(({ period }) => [Date.parse(period?.start ?? ''), Date.parse(period?.end ?? `${today}T00:00:00Z`)] as const)
      for (const [place, [start]] of periods.entries()) expect(place === 0 || start >= (periods[place - 1]?.[1] ?? 0)).toBe(true)
    })
  })

  it('places what was measured inside the encounter that it names', () => {
    assertEverybody((record) => {
      const periods = new Map(of(record, 'Encounter').map(({ id, period }) => [`Encounter/${id}`, period]))
      for (const { encounter, effectiveDateTime } of of(record, 'Observation')) {
        const period = periods.get(encounter?.reference ?? '')
        const [start, at, end] = [period?.start ?? '', effectiveDateTime ?? '', period?.end ?? `${today}T00:00:00Z`].map((time) => Date.parse(time))
        // A comparison with NaN is false: an observation without an encounter or a time fails here too.
        expect(start !== undefined && at !== undefined && end !== undefined && start <= at && at <= end).toBe(true)
      }
    })
  })
})

describe('results', () => {
  it('carry the letter that their own range gives them', () => {
    assertEverybody((record) => {
      for (const { valueQuantity, referenceRange, interpretation, category } of of(record, 'Observation')) {
        if (codeOf(category?.[0]) !== 'laboratory' || valueQuantity?.value === undefined) continue
        const [range] = referenceRange ?? []
        const letter = codeOf(interpretation?.[0])
        expect(letter === undefined).toBe(range === undefined)
        if (range === undefined || valueQuantity.comparator !== undefined) continue
        const { low, high } = range
        if (low?.value !== undefined && high?.value !== undefined) expect(low.value).toBeLessThan(high.value)
        expect(low === undefined && high === undefined).toBe(false)
        const side = low?.value !== undefined && valueQuantity.value < low.value ? 'L' : high?.value !== undefined && valueQuantity.value > high.value ? 'H' : 'N'
        expect(letter?.charAt(0)).toBe(side)
        expect([low, high].every((end) => end === undefined || end.code === valueQuantity.code)).toBe(true)
      }
    })
  })

  it('agree with each other inside a panel: cholesterol by Friedewald, red cells by their volume, body mass index by weight', () => {
    assertEverybody((record) => {
      const observations = new Map(of(record, 'Observation').map((each) => [`Observation/${each.id}`, each]))
      for (const report of of(record, 'DiagnosticReport')) {
        const parts = new Map((report.result ?? []).map(({ reference = '' }) => [codeOf(observations.get(reference)?.code), observations.get(reference)?.valueQuantity?.value]))
        const [total, hdl, ldl, triglyceride] = ['2093-3', '2085-9', '13457-7', '2571-8'].map((code) => parts.get(code))
        if (total !== undefined && hdl !== undefined && ldl !== undefined && triglyceride !== undefined) expect(Math.abs(total - hdl - ldl - triglyceride / 5)).toBeLessThanOrEqual(1)
        const [hematocrit, cells, volume] = ['4544-3', '789-8', '787-2'].map((code) => parts.get(code))
        if (hematocrit !== undefined && cells !== undefined && volume !== undefined) expect((hematocrit * 10) / cells / volume).toBeCloseTo(1, 1)
      }
    })
  })

  it('keep one unit to a code, and a systolic pressure above the diastolic', () => {
    assertEverybody((record) => {
      const unitOf = new Map<string | undefined, string | undefined>()
      for (const { code, valueQuantity, component } of of(record, 'Observation')) {
        if (valueQuantity !== undefined) {
          expect(unitOf.get(codeOf(code)) ?? valueQuantity.code).toBe(valueQuantity.code)
          unitOf.set(codeOf(code), valueQuantity.code)
        }
        const [systolic, diastolic] = component?.map((part) => part.valueQuantity?.value ?? 0) ?? [2, 1]
        expect(systolic).toBeGreaterThan(diastolic ?? 0)
      }
    })
  })
})

/** What may not be given to whom: the allergens on the list, and the drugs they exclude. */
const excluded: Readonly<Partial<Record<AllergenKey, readonly DrugKey[]>>> = {
  penicillin: ['amoxicillin875', 'amoxicillinLiquid', 'cephalexin500'],
  aspirin: ['aspirin81', 'ibuprofen200', 'naproxen500'],
  ibuprofen: ['ibuprofen200', 'naproxen500'],
  codeine: ['oxycodone5'],
  lisinopril: ['lisinopril5', 'lisinopril10', 'lisinopril20'],
  atorvastatin: ['atorvastatin20', 'atorvastatin40'],
}

const classes: Readonly<Record<string, readonly DrugKey[]>> = {
  'renin-angiotensin blocker': ['lisinopril5', 'lisinopril10', 'lisinopril20', 'losartan50'],
  statin: ['atorvastatin20', 'atorvastatin40'],
  'beta blocker': ['carvedilol6', 'carvedilol12', 'metoprolol50'],
  anticoagulant: ['warfarin5', 'apixaban5'],
  metformin: ['metformin500', 'metformin1000'],
  acetaminophen: ['acetaminophen500', 'oxycodone5'],
  'non-steroidal': ['ibuprofen200', 'naproxen500'],
}

const lives = fc.sample(anybody, 4 * sample.length).map((who) => ({ who, person: personOf(who), history: historyOf(personOf(who)) }))

/** Holds for the life of anybody, before it is written down. */
function assertLives(claim: (person: Person, history: History) => void): void {
  for (const { who, person, history } of lives) {
    try {
      claim(person, history)
    } catch (cause) {
      throw new Error(`not for seed ${who.seed}, place ${who.index}`, { cause })
    }
  }
}

describe('drugs', () => {
  it('are never what the patient is listed as reacting to', () => {
    assertLives(({ allergies }, { prescriptions }) => {
      const standing = allergies.kind === 'listed' ? allergies.allergies.filter(({ verification }) => verification === 'confirmed' || verification === 'unconfirmed') : []
      const forbidden = standing.flatMap(({ allergen }) => excluded[allergen] ?? [])
      expect(prescriptions.map(({ drug }) => drug).filter((drug) => forbidden.includes(drug))).toEqual([])
    })
  })

  it('are never two of one class at a time', () => {
    assertLives((_, { prescriptions }) => {
      for (const [name, members] of Object.entries(classes)) {
        const taken = prescriptions.filter(({ drug }) => members.includes(drug))
        for (const { from } of taken) expect(taken.filter((other) => isTaken(other, from)).length, name).toBeLessThanOrEqual(1)
      }
    })
  })

  it('leave out non-steroidals with failing kidneys or hearts and with anticoagulants, and beta blockers with asthma', () => {
    assertLives(({ diseases }, { prescriptions }) => {
      const taken = new Set(prescriptions.map(({ drug }) => drug))
      const risky = ['chronic-kidney-disease', 'heart-failure', 'atrial-fibrillation'] as const
      if (risky.some((disease) => diseases.has(disease))) expect(taken.has('ibuprofen200') || taken.has('naproxen500')).toBe(false)
      if (diseases.has('asthma')) expect(taken.has('carvedilol6') || taken.has('carvedilol12')).toBe(false)
      if (diseases.has('pregnancy')) expect([...taken].filter((drug) => /lisinopril|losartan|atorvastatin|warfarin|doxycycline/.test(drug))).toEqual([])
    })
  })

  it('have doses above nothing, as often as at least once', () => {
    assertEverybody((record) => {
      for (const { dosageInstruction, requester, authoredOn } of of(record, 'MedicationRequest')) {
        const [dosage] = dosageInstruction ?? []
        expect(dosage?.doseAndRate?.[0]?.doseQuantity?.value).toBeGreaterThan(0)
        expect(dosage?.timing?.repeat?.frequency).toBeGreaterThan(0)
        expect(dosage?.text?.length).toBeGreaterThan(10)
        expect([requester, authoredOn].includes(undefined)).toBe(false)
      }
    })
  })

  it('stay below what a day allows', () => {
    const most: Partial<Record<DrugKey, number>> = { metformin500: 2550, metformin1000: 2550, acetaminophen500: 4000, ibuprofen200: 1200, naproxen500: 1000, lisinopril20: 40, warfarin5: 10, amoxicillinLiquid: 1000, allopurinol100: 300 }
    assertLives((_, { prescriptions }) => {
      for (const { drug, sig } of prescriptions) expect(sig.amount * sig.times * drugs[drug].strength.value, drug).toBeLessThanOrEqual(most[drug] ?? Number.POSITIVE_INFINITY)
    })
  })
})

describe('bodies', () => {
  it('are not pregnant unless they are women between 18 and 43', () => {
    assertLives(({ sex, diseases, born }, { pregnancy }) => {
      expect(pregnancy === undefined).toBe(!diseases.has('pregnancy'))
      if (pregnancy === undefined) return
      expect(sex).toBe('female')
      expect((pregnancy.from - born) / 365.25).toBeGreaterThan(15)
      expect((pregnancy.from - born) / 365.25).toBeLessThan(44)
    })
  })

  it('have asthma or COPD and not both, and adults’ diseases as adults', () => {
    assertLives(({ diseases, born }) => {
      expect(diseases.has('asthma') && diseases.has('copd')).toBe(false)
      const onset = (disease: 'type-2-diabetes' | 'heart-failure' | 'dementia'): Day => diseases.get(disease) ?? Number.POSITIVE_INFINITY
      expect(Math.min(onset('type-2-diabetes') - born, onset('heart-failure') - born, onset('dementia') - born)).toBeGreaterThan(28 * 365)
    })
  })

  it('lose filtration with kidney disease', () => {
    for (const seed of [1, 2, 3, 4, 5]) expect(mean(results(recordOf('criticalPotassium', seed), '98979-8').slice(-3))).toBeLessThan(mean(results(recordOf('criticalPotassium', seed), '98979-8').slice(0, 3)))
  })

  it('see hemoglobin A1c fall after metformin is begun', () => {
    const falls = [...newDiabetics()].map(({ record, begun }) => {
      const values = results(record, '4548-4')
      const before = values.filter(({ effectiveDateTime = '' }) => effectiveDateTime.slice(0, 10) <= begun)
      const after = values.filter(({ effectiveDateTime = '' }) => effectiveDateTime.slice(0, 10) > begun)
      return mean(before.slice(-1)) - mean(after.slice(1, 3))
    })
    expect(falls.length).toBeGreaterThan(5)
    expect(Math.min(...falls)).toBeGreaterThan(0.3)
  })

  it('keep the INR around two and three on warfarin, against that range and not a healthy person’s', () => {
    const values = results(recordOf('onWarfarin'), '6301-6')
    expect(values.length).toBeGreaterThan(20)
    const onTreatment = values.filter(({ referenceRange }) => referenceRange?.[0]?.low?.value === 2)
    expect(onTreatment.length).toBeGreaterThan(20)
    expect(mean(onTreatment)).toBeGreaterThan(2)
    expect(mean(onTreatment)).toBeLessThan(3)
  })

  it('give every disease module a course for somebody', () => {
    const seen = new Set<string>()
    for (let index = 0; index < 400; index++) for (const disease of personOf({ seed: 1, index }).diseases.keys()) seen.add(disease)
    expect(seen.size).toBe(18)
    expect(coursesOf(personOf({ seed: 1, index: 8 }))).toEqual([])
  })
})

describe('notes', () => {
  it('name no drug that the chart does not have, and give the pressure that was measured', () => {
    assertEverybody((record) => {
      const charted = new Set(of(record, 'MedicationRequest').map(({ medicationCodeableConcept, medicationReference }) => medicationCodeableConcept?.text ?? medicationReference?.display))
      // The keys of an object literal are its keys.
      const names = (Object.keys(drugs) as DrugKey[]).map((key) => drugConcept(key).text ?? '')
      const pressures = new Set(of(record, 'Observation').flatMap(({ component }) => (component === undefined ? [] : [component.map((part) => part.valueQuantity?.value).join('/')])))
      for (const note of of(record, 'DocumentReference')) {
        if (note.content?.[0]?.attachment?.data === undefined) continue
        const text = Buffer.from(note.content?.[0]?.attachment?.data ?? '', 'base64').toString('utf8')
        expect(names.filter((name) => text.includes(name) && !charted.has(name))).toEqual([])
        const said = /[Bb]lood pressure (\d+\/\d+) mmHg/.exec(text)
        if (said !== null) expect(pressures.has(said[1] ?? '')).toBe(true)
      }
    })
  })
})

/** People whose metformin began inside the record. */
function* newDiabetics(): Generator<{ record: readonly Resource[]; begun: string }> {
  for (let index = 40; index < 800; index++) {
    const person = personOf({ seed: 1, index })
    const onset = person.diseases.get('type-2-diabetes')
    if (onset === undefined || onset < person.from || onset > person.until - 500) continue
    const record = recordOf(index)
    const first = of(record, 'MedicationRequest').find((request: MedicationRequest) => codeOf(request.medicationCodeableConcept) === '861007')
    if (first?.authoredOn !== undefined) yield { record, begun: first.authoredOn }
  }
}

const mean = (observations: readonly Observation[]): number => observations.reduce((sum, { valueQuantity }) => sum + (valueQuantity?.value ?? 0), 0) / observations.length

