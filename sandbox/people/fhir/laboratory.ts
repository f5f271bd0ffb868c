import type { DiagnosticReport, Observation, ObservationReferenceRange } from '@medplum/fhirtypes'
import { instantOf } from '../calendar.ts'
import { hl7, loinc, snomed } from '../codes/concept.ts'
import { findings } from '../codes/findings.ts'
import { analytes, panels, qualitative, urineColor } from '../codes/laboratory.ts'
import { quantity, type UnitKey } from '../codes/units.ts'
import type { Range } from '../interpretation.ts'
import type { Draw, Result } from '../labs.ts'
import { organization } from './organizations.ts'
import { during, type EncounterIds, type Scribe } from './scribe.ts'

/** Minutes from the needle to the report. */
const turnaround = 95

const meanings = { LL: 'Critical low', L: 'Low', N: 'Normal', H: 'High', HH: 'Critical high', A: 'Abnormal' } as const

function referenceRange({ low, high }: Range, unit: UnitKey, isTherapeutic: boolean): ObservationReferenceRange {
  return {
    ...(low !== undefined && { low: quantity(low, unit) }),
    ...(high !== undefined && { high: quantity(high, unit) }),
    type: isTherapeutic ? hl7('referencerange-meaning', 'therapeutic', 'Therapeutic Desired Level') : hl7('referencerange-meaning', 'normal', 'Normal Range'),
  }
}

type Measured = Pick<Observation, 'code' | 'valueQuantity' | 'valueCodeableConcept' | 'valueString' | 'dataAbsentReason' | 'interpretation' | 'referenceRange'>

const interpretation = (code: keyof typeof meanings) => ({ interpretation: [hl7('v3-ObservationInterpretation', code, meanings[code])] })

function measured(result: Result): Measured {
  switch (result.kind) {
    case 'number': {
      const { unit } = analytes[result.analyte]
      const ends = result.range
      return {
        code: loinc(analytes[result.analyte]),
        valueQuantity: { ...(result.isBelow && { comparator: '<' as const }), ...quantity(result.value, unit) },
        ...(result.interpretation !== undefined && interpretation(result.interpretation)),
        ...(ends !== undefined && (ends.low !== undefined || ends.high !== undefined) && { referenceRange: [referenceRange(ends, unit, result.isTherapeutic)] }),
      }
    }
    case 'presence':
      return {
        code: loinc(qualitative[result.analyte]),
        valueCodeableConcept: snomed(result.isPresent ? findings.positive : findings.negative),
        ...interpretation(result.isAbnormal ? 'A' : 'N'),
        referenceRange: [{ text: 'Negative' }],
      }
    case 'color':
      return { code: loinc(urineColor), valueString: result.word }
    case 'unmeasured':
      return { code: loinc(analytes[result.analyte]), dataAbsentReason: { ...hl7('data-absent-reason', 'error', 'Error'), text: result.why } }
  }
}

/** In the record that holds mistakes, the first two results are one withdrawn and one corrected. */
function statusAt(place: number, { person }: Scribe): NonNullable<Observation['status']> {
  if (person.profile.hasMistakes !== true) return 'final'
  return place === 0 ? 'entered-in-error' : place === 1 ? 'corrected' : 'final'
}

/** The results of one draw, and the report that holds them together. `earlier` is the number of results written before. */
export function laboratoryResources(scribe: Scribe, draw: Draw, earlier: number, encounters: EncounterIds): [DiagnosticReport, ...Observation[]] {
  const { newId, subject, meta } = scribe
  const shared = {
    category: [hl7('observation-category', 'laboratory', 'Laboratory')],
    subject,
    ...during(encounters, draw.day),
    effectiveDateTime: instantOf(draw.day, draw.minute),
    issued: instantOf(draw.day, draw.minute + turnaround),
    performer: [organization('laboratory')],
  }
  const results = draw.results.map((result, place): Observation & { id: string } => ({
    resourceType: 'Observation',
    id: newId('Observation'),
    ...meta('us-core-observation-lab'),
    status: statusAt(earlier + place, scribe),
    ...shared,
    ...measured(result),
  }))
  const report: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    id: newId('DiagnosticReport'),
    ...meta('us-core-diagnosticreport-lab'),
    status: 'final',
    ...shared,
    category: [hl7('v2-0074', 'LAB', 'Laboratory')],
    code: loinc(panels[draw.panel]),
    result: results.map(({ id }) => ({ reference: `Observation/${id}` })),
  }
  return [report, ...results]
}
