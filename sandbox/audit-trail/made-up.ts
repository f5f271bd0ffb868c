import type { AuditEvent, CodeableConcept, Coding } from '@medplum/fhirtypes'
import { opaqueId, type Rng, rngOf } from '../people/random.ts'
import type { Role } from '../types.ts'

/** Who and what a made-up trail is about. */
export interface TrailSetting {
  readonly seed: number
  readonly events: number
  /** The last event, in epoch milliseconds, and how many days before it they begin. */
  readonly until: number
  readonly days: number
  readonly staff: readonly { readonly practitioner: string; readonly role: Role }[]
  /** Ids of patients. */
  readonly patients: readonly string[]
}

const dicom = (code: string, display: string): Coding => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code, display })
const hl7 = (system: string, code: string, display: string): Coding => ({ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display })
const interaction = (code: string): Coding => ({ system: 'http://hl7.org/fhir/restful-interaction', code, display: code })
const rest = hl7('audit-event-type', 'rest', 'RESTful Operation')
const purpose = (code: string, display: string): CodeableConcept => ({ coding: [hl7('v3-ActReason', code, display)] })

const source = dicom('110153', 'Source Role ID')
const destination = dicom('110152', 'Destination Role ID')

const read = ['Observation', 'Condition', 'MedicationRequest', 'AllergyIntolerance', 'DocumentReference', 'Encounter'] as const
type Recipient = readonly [recipient: string, what: string, code: string, display: string]
const recipients: readonly [Recipient, ...Recipient[]] = [
  ['Dr. Helena Ostrowski, Lakeside Cardiology', 'Referral letter', 'TREAT', 'treatment'],
  ['Millbrook County Health Department', 'Laboratory report of a notifiable disease', 'PUBHLTH', 'public health'],
  ['Superior Court of Millbrook County', 'Visit summary, as ordered by the court', 'LEGAL', 'legal'],
  ['Harbor Mutual Insurance', 'Claim attachment: procedure note', 'HPAYMT', 'healthcare payment'],
  ['State Cancer Registry', 'Pathology report', 'PUBHLTH', 'public health'],
  ['The patient', 'Printed visit summary', 'PATRQT', 'patient requested'],
]

/** An audit trail that nobody has left: of the forms that the intake takes, seeded, for screens and tests that need thousands of entries. */
export function* madeUpTrail({ seed, events, until, days, staff, patients }: TrailSetting): Iterable<AuditEvent & { id: string }> {
  for (let index = 0; index < events; index += 1) {
    const rng = rngOf(`${seed}/audit-trail/${index}`)
    const treating = staff.filter(({ role }) => role === 'physician' || role === 'nurse')
    const [first, ...others] = treating
    const [patient, ...more] = patients
    if (first === undefined || patient === undefined) return
    const at = until - Math.floor((index * days * 86_400_000) / events)
    yield { ...eventOf(rng, rng.pick([first, ...others]).practitioner, rng.pick([patient, ...more])), recorded: new Date(at).toISOString(), id: opaqueId(`${seed}/audit-trail/${index}`) }
  }
}

interface Told {
  readonly event: Omit<AuditEvent, 'recorded' | 'agent' | 'source'>
  /** Whom it was disclosed to. */
  readonly recipient?: string
}

function eventOf(rng: Rng, practitioner: string, patient: string): AuditEvent {
  const place = rng.int(1, 14)
  const station = `Chartkeep, Ward ${1 + (place % 4)} PC ${place}`
  const drawn = rng.unit()
  const { event, recipient } = drawn < 0.72 ? reading(rng, patient) : drawn < 0.84 ? writing(rng, patient) : drawn < 0.95 ? comingAndGoing(rng) : drawn < 0.98 ? disclosing(rng, patient) : overriding(rng, patient)
  const network = { address: `10.20.${1 + (place % 4)}.${place}`, type: '2' as const }
  const machine = (role: Coding, display: string, address: string) => ({ type: { coding: [role] }, who: { display }, requestor: false, network: { address, type: '2' as const } })
  const isOverride = event.type.code === '110113'
  return {
    // A failure is rare; where there is one, it says so.
    outcome: recipient === undefined && rng.chance(0.02) ? '4' : '0',
    ...event,
    recorded: '',
    agent: [
      { who: { reference: `Practitioner/${practitioner}` }, requestor: true, network, ...(isOverride && event.purposeOfEvent ? { purposeOfUse: event.purposeOfEvent } : {}) },
      machine(source, station, network.address),
      machine(destination, recipient ?? 'Chartkeep sandbox EHR', recipient === undefined ? '10.20.0.10' : 'paper'),
    ],
    source: { observer: { display: station } },
  }
}

const aPatient = (patient: string) => ({ what: { reference: `Patient/${patient}` }, type: hl7('audit-entity-type', '1', 'Person'), role: hl7('object-role', '1', 'Patient') })
const aRecord = (reference: string) => ({ what: { reference }, type: hl7('audit-entity-type', '2', 'System Object'), role: hl7('object-role', '4', 'Domain Resource') })

function reading(rng: Rng, patient: string): Told {
  const type = rng.pick(read)
  return { event: { resourceType: 'AuditEvent', type: rest, subtype: [interaction('read')], action: 'R', entity: [aPatient(patient), aRecord(`${type}/${opaqueId(`${rng.int(1, 100_000)}`)}`)] } }
}

function writing(rng: Rng, patient: string): Told {
  const isNew = rng.chance(0.6)
  return { event: {
    resourceType: 'AuditEvent', type: rest, subtype: [interaction(isNew ? 'create' : 'update')], action: isNew ? 'C' : 'U',
    entity: [aPatient(patient), aRecord(`DocumentReference/${opaqueId(`${rng.int(1, 100_000)}`)}`)],
  } }
}

function comingAndGoing(rng: Rng): Told {
  return { event: { resourceType: 'AuditEvent', type: dicom('110114', 'User Authentication'), subtype: [rng.chance(0.5) ? dicom('110122', 'Login') : dicom('110123', 'Logout')], action: 'E' } }
}

function disclosing(rng: Rng, patient: string): Told {
  const [recipient, what, code, display] = rng.pick(recipients)
  return { recipient, event: {
    resourceType: 'AuditEvent', type: dicom('110106', 'Export'), subtype: [hl7('iso-21089-lifecycle', 'disclose', 'Disclose Record Lifecycle Event')], action: 'R',
    purposeOfEvent: [purpose(code, display)],
    entity: [aPatient(patient), { ...aRecord(`DocumentReference/${opaqueId(`${rng.int(1, 100_000)}`)}`), description: what }],
  } }
}

function overriding(rng: Rng, patient: string): Told {
  return { event: {
    resourceType: 'AuditEvent', type: dicom('110113', 'Security Alert'), subtype: [dicom('110127', 'Emergency Override Started')], action: 'E', purposeOfEvent: [purpose('BTG', 'break the glass')],
    entity: [{ ...aPatient(patient), detail: [{ type: 'reason', valueString: rng.pick(['Unconscious in the emergency room, no care team reachable', 'Called to the ward at night', 'Chest pain in the waiting room']) }] }],
  } }
}
