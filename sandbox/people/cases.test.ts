import { describe, expect, it } from 'vitest'
import { caseId, caseNames, cases } from './cases.ts'
import { withdrawnTypes } from './fhir/withdrawn.ts'
import { codeOf, leaves, of, recordOf, results } from './population.testing.ts'

const patientOf = (name: (typeof caseNames)[number]) => of(recordOf(name), 'Patient')[0]

describe('the named cases', () => {
  it('are found by the id that the seed gives them', () => {
    for (const name of caseNames) expect(patientOf(name)?.id).toBe(caseId(1, name))
    expect(new Set(caseNames.map((name) => caseId(1, name))).size).toBe(caseNames.length)
    expect(caseId(1, 'heavy')).not.toBe(caseId(2, 'heavy'))
  })

  it('have two people of one name, and two whose names and birth dates are nearly the same', () => {
    const [older, younger] = [patientOf('sameNameOlder'), patientOf('sameNameYounger')]
    expect(older?.name).toEqual(younger?.name)
    expect(older?.birthDate).not.toBe(younger?.birthDate)
    expect([patientOf('mariaLopez')?.name?.[0]?.family, patientOf('marieLopes')?.name?.[0]?.family]).toEqual(['Lopez', 'Lopes'])
    expect([patientOf('mariaLopez')?.birthDate, patientOf('marieLopes')?.birthDate]).toEqual(['1964-06-09', '1964-09-06'])
  })

  it('have birth dates known to the year and to the month', () => {
    expect([patientOf('bornYearOnly')?.birthDate, patientOf('bornYearMonth')?.birthDate]).toEqual(['1948', '1972-02'])
  })

  it('have a record that is restricted in every resource, with a care team of one physician', () => {
    const record = recordOf('restricted')
    expect(record.every(({ meta }) => meta?.security?.some(({ code }) => code === 'R'))).toBe(true)
    expect(of(record, 'CareTeam')[0]?.participant).toHaveLength(1)
    expect(of(record, 'Condition').length).toBeGreaterThan(0)
    expect(recordOf('copd').some(({ meta }) => meta?.security !== undefined)).toBe(false)
  })

  it('have one who died in hospital, and whose drugs then ended', () => {
    const record = recordOf('deceased')
    expect(of(record, 'Patient')[0]?.deceasedDateTime).toMatch(/T04:50:00-05:00$/)
    expect(of(record, 'MedicationRequest').some(({ status }) => status === 'active')).toBe(false)
    expect(of(record, 'Encounter').some(({ hospitalization }) => codeOf(hospitalization?.dischargeDisposition) === 'exp')).toBe(true)
  })

  it('have one with a registration and nothing else', () => {
    expect(recordOf('noData').map(({ resourceType }) => resourceType)).toEqual(['Patient'])
  })

  it('have laboratory results without any range, and so without a letter', () => {
    const lab = of(recordOf('missingRanges'), 'Observation').filter(({ valueQuantity, category }) => valueQuantity !== undefined && codeOf(category?.[0]) === 'laboratory')
    expect(lab.length).toBeGreaterThan(20)
    expect(lab.every(({ referenceRange, interpretation }) => referenceRange === undefined && interpretation === undefined)).toBe(true)
  })

  it('have laboratory results whose ranges have one end', () => {
    const ranges = of(recordOf('oneSidedRanges'), 'Observation').flatMap(({ referenceRange, valueQuantity }) => (valueQuantity === undefined ? [] : (referenceRange ?? [])))
    expect(ranges.length).toBeGreaterThan(20)
    expect(ranges.every(({ low, high }) => (low === undefined) !== (high === undefined))).toBe(true)
    expect(ranges.some(({ low }) => low !== undefined)).toBe(true)
  })

  it('have entries refuted and entered in error, of every kind that a chart lists', () => {
    const record = recordOf('mistakes')
    const verifications = (type: 'Condition' | 'AllergyIntolerance') => of(record, type).map(({ verificationStatus }) => codeOf(verificationStatus))
    for (const type of ['Condition', 'AllergyIntolerance'] as const) expect(verifications(type)).toEqual(expect.arrayContaining(['refuted', 'entered-in-error', 'confirmed']))
    expect(of(record, 'MedicationRequest').map(({ status }) => status)).toContain('entered-in-error')
    expect(of(record, 'Observation').map(({ status }) => status)).toEqual(expect.arrayContaining(['entered-in-error', 'corrected', 'final']))
  })

  it('have names that are long, have apostrophes and diacritics, and run from right to left', () => {
    expect(patientOf('longName')?.name?.[0]?.family?.length).toBeGreaterThan(70)
    expect(patientOf('apostrophe')?.name?.[0]?.family).toContain("'")
    expect(patientOf('diacritics')?.name?.[0]?.family).toBe('Škvorecký-Łuczak')
    expect(patientOf('rightToLeft')?.name?.map(({ family }) => family)).toEqual(['الحكيم', 'Al-Hakim'])
  })

  it('have names from right to left, without spaces, with combining marks, with one part, with titles, and of two hundred letters', () => {
    const name = (which: (typeof caseNames)[number]) => patientOf(which)?.name ?? []
    expect(name('hebrew').map(({ family }) => family)).toEqual(['לוי־כהן', 'Levi-Cohen'])
    expect(name('chinese').map(({ family }) => family)).toEqual(['歐陽', 'Ouyang'])
    const marked = name('combiningMarks')[0]?.family ?? ''
    expect([marked.normalize('NFC'), marked.length > marked.normalize('NFC').length]).toEqual(['Nguyễn', true])
    expect(name('singleName')).toEqual([{ use: 'official', family: 'Suparno' }])
    expect(name('suffixes')[0]).toMatchObject({ prefix: ['Dr.'], suffix: ['III', 'Esq.'] })
    const [long] = name('twoHundredCharacters')
    expect([long?.family, ...(long?.given ?? [])].join(' ').length).toBeGreaterThanOrEqual(200)
  })

  it('have twins: one family, one birth date, one letter apart', () => {
    const twins = (['firstTwin', 'secondTwin'] as const).map((which) => patientOf(which))
    expect(new Set(twins.map((twin) => `${twin?.name?.[0]?.family} ${twin?.birthDate}`)).size).toBe(1)
    expect(twins.map((twin) => twin?.name?.[0]?.given?.[0])).toEqual(['Jayden', 'Jaylen'])
  })

  it('have one whose drugs are references into the list of the hospital, and one of whose death nobody knows the day', () => {
    const requests = of(recordOf('drugsByReference'), 'MedicationRequest')
    expect(requests.length).toBeGreaterThan(3)
    expect(requests.every(({ medicationReference, medicationCodeableConcept }) => medicationReference?.reference?.startsWith('Medication/') === true && medicationCodeableConcept === undefined)).toBe(true)
    expect([patientOf('diedUndated')?.deceasedBoolean, patientOf('diedUndated')?.deceasedDateTime]).toEqual([true, undefined])
    expect(patientOf('genderOther')?.gender).toBe('other')
  })

  it('have one withdrawn entry of every type that can be withdrawn, whatever the seed', () => {
    for (const seed of [1, 2, 3, 4]) {
      const record = recordOf('mistakes', seed)
      const withdrawn: ReadonlySet<string> = new Set(record.filter((each) => ('status' in each && each.status === 'entered-in-error') || ('lifecycleStatus' in each && each.lifecycleStatus === 'entered-in-error')).map(({ resourceType }) => resourceType))
      expect([...withdrawnTypes].filter((type) => !withdrawn.has(type))).toEqual([])
    }
  })

  it('have one with every kind of document, implant, task and appointment', () => {
    for (const seed of [1, 2, 3]) {
      const record = recordOf('everyDocument', seed)
      expect([...new Set(of(record, 'Binary').map(({ contentType }) => contentType))].toSorted()).toEqual(['application/pdf', 'image/png', 'text/xml'])
      expect(of(record, 'Device').length).toBeGreaterThanOrEqual(1)
      expect(of(record, 'Appointment').map(({ status }) => status)).toEqual(expect.arrayContaining(['booked', 'fulfilled']))
      expect(of(record, 'Consent').map(({ scope }) => codeOf(scope))).toEqual(['patient-privacy', 'adr'])
      for (const type of ['Task', 'CarePlan', 'FamilyMemberHistory', 'ServiceRequest', 'ImagingStudy', 'QuestionnaireResponse'] as const) expect(of(record, type).length, type).toBeGreaterThan(0)
    }
  })

  it('have one of at least 300 encounters and 5,000 observations and one of 500 and 10,000, whatever the seed', () => {
    for (const seed of [1, 7, 10]) {
      for (const { name, encounters, observations } of [
        { name: 'heavy', encounters: 300, observations: 5000 },
        { name: 'heaviest', encounters: 500, observations: 10_000 },
      ] as const) {
        const record = recordOf(name, seed)
        expect(of(record, 'Encounter').length).toBeGreaterThanOrEqual(encounters)
        expect(of(record, 'Observation').length).toBeGreaterThanOrEqual(observations)
      }
    }
  })

  it('tell "no known allergies" from "nobody asked", and have a reaction that was not recorded', () => {
    expect(of(recordOf('noKnownAllergies'), 'AllergyIntolerance').map(({ code }) => codeOf(code))).toEqual(['716186003'])
    expect(of(recordOf('allergiesNotRecorded'), 'AllergyIntolerance')).toEqual([])
    expect(of(recordOf('reactionNotRecorded'), 'AllergyIntolerance').map(({ reaction }) => reaction === undefined)).toEqual([true, false])
  })

  it('have a penicillin anaphylaxis of high criticality', () => {
    const [penicillin] = of(recordOf('severeAllergy'), 'AllergyIntolerance')
    expect([codeOf(penicillin?.code), penicillin?.criticality, codeOf(penicillin?.reaction?.[0]?.manifestation?.[0])]).toEqual(['764146007', 'high', '39579001'])
  })

  it('have one in hospital now, whose latest potassium is critically high', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const record = recordOf('criticalPotassium', seed)
      expect(codeOf(results(record, '2823-3').at(-1)?.interpretation?.[0])).toBe('HH')
      expect(of(record, 'Encounter').filter(({ status }) => status === 'in-progress')).toHaveLength(1)
    }
  })

  it('have a code status in words and code, and others with none', () => {
    expect(of(recordOf('doNotResuscitate'), 'Flag').map(({ code }) => codeOf(code))).toContain('304253006')
    expect(of(recordOf('heavy'), 'Flag').map(({ code }) => codeOf(code))).toContain('304252001')
    expect(of(recordOf('child'), 'Flag')).toEqual([])
  })

  it('have a child who grows and is vaccinated, and an infant', () => {
    const heights = results(recordOf('child'), '8302-2').map(({ valueQuantity }) => valueQuantity?.value ?? 0)
    expect(heights.length).toBeGreaterThan(10)
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    expect(of(recordOf('child'), 'Immunization').length).toBeGreaterThan(20)
    expect(results(recordOf('infant'), '9843-4').length).toBeGreaterThan(0)
  })

  it('have a woman who is pregnant now, with a day on which the birth is expected', () => {
    for (const seed of [1, 2, 3]) {
      const record = recordOf('pregnant', seed)
      const pregnancy = of(record, 'Condition').find(({ code }) => codeOf(code) === '72892002')
      expect([codeOf(pregnancy?.clinicalStatus), pregnancy?.abatementDateTime]).toEqual(['active', undefined])
      expect((results(record, '11778-8').at(-1)?.valueDateTime ?? '') > '2026-11-23').toBe(true)
      expect(results(record, '55283-6').length).toBeGreaterThan(2)
    }
  })

  it('keep names, record numbers and birth dates out of ids and references', () => {
    for (const name of caseNames) {
      const record = recordOf(name)
      const patient = of(record, 'Patient')[0]
      const secrets = [patient?.identifier?.[0]?.value ?? '', ...(patient?.name ?? []).map(({ family }) => family ?? '')]
      const handles = record.flatMap((resource) => leaves(resource).filter(([path]) => path === '.id' || path.endsWith('.reference')).map(([, leaf]) => String(leaf)))
      expect(handles.filter((handle) => secrets.some((secret) => handle.includes(secret)))).toEqual([])
    }
    expect(cases.sameNameOlder).toBe(0)
  })
})
