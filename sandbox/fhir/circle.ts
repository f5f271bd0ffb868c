import type { CareTeam } from '@medplum/fhirtypes'
import type { Caller } from '../types.ts'
import type { PatientFacts, RecordFacts } from './access.ts'
import { isOpen } from './access.ts'
import { storedRange } from './date-range.ts'
import { indexedParameter } from './definitions.ts'
import { numberOf, textOf } from './statements.ts'
import type { PatientRow, StoredRecord } from './record-row.ts'
import type { FhirStore } from './store.ts'

/** One caller's relations to the patients of the hospital: the facts that `access.ts` decides by. */
export interface Circle {
  readonly team: ReadonlySet<number>
  /** Keys of the restricted patients outside it. */
  readonly closed: readonly number[]
  patientFacts(patient: PatientRow): PatientFacts
  recordFacts(record: StoredRecord): RecordFacts
}

const lifetime = 60_000

/** A membership counts while the team is active and neither its period nor the member's is over. */
function isMember(team: CareTeam, practitioner: string, now: number): boolean {
  const isCurrent = (period: unknown) => period === undefined || (storedRange(period)?.high ?? 0) > now
  return (
    team.status === 'active' &&
    isCurrent(team.period) &&
    (team.participant ?? []).some(({ member, period }) => member?.reference === practitioner && isCurrent(period))
  )
}

function patientsOf(store: FhirStore, practitioner: string): Set<number> {
  const participant = indexedParameter('CareTeam', 'participant')?.number ?? 0
  const rows = store.statements.all(
    'SELECT r.patient, b.json FROM reference f JOIN record r ON r.key = f.record JOIN body b ON b.key = r.key WHERE f.parameter = ? AND f.target = ?',
    participant, practitioner,
  )
  const now = store.clock.now()
  return new Set(
    rows
      // The reference index of this parameter holds CareTeams alone.
      .filter((row) => isMember(JSON.parse(textOf(row, 'json')), practitioner, now))
      .map((row) => numberOf(row, 'patient')),
  )
}

/** Makes circles, and keeps each until a Patient or a CareTeam changes, or for a minute: memberships end by the clock too. */
export function circles(store: FhirStore): (caller: Caller) => Circle {
  const kept = new Map<string, { circle: Circle; epoch: number; until: number }>()
  return ({ practitioner }) => {
    const now = store.clock.now()
    const known = kept.get(practitioner)
    if (known !== undefined && known.epoch === store.accessEpoch && now < known.until) return known.circle
    const team = patientsOf(store, `Practitioner/${practitioner}`)
    const restricted = store.statements.all('SELECT key FROM patient WHERE restricted = 1').map((row) => numberOf(row, 'key'))
    const patientFacts = (patient: PatientRow): PatientFacts => ({ restricted: patient.restricted, inCareTeam: team.has(patient.key) })
    const facts = new Map<number, PatientFacts | undefined>()
    const factsOf = (key: number) => {
      if (!facts.has(key)) {
        const patient = store.patientByKey(key)
        facts.set(key, patient === undefined ? undefined : patientFacts(patient))
      }
      return facts.get(key)
    }
    const circle: Circle = {
      team,
      closed: restricted.filter((key) => !isOpen({ restricted: true, inCareTeam: team.has(key) })),
      patientFacts,
      recordFacts: ({ type, restricted: isLabelled, patient }) => ({ type, restricted: isLabelled, patient: factsOf(patient) }),
    }
    kept.set(practitioner, { circle, epoch: store.accessEpoch, until: now + lifetime })
    return circle
  }
}
