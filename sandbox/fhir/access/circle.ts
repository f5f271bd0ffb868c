import type { CareTeam } from '@medplum/fhirtypes'
import type { Caller } from '../../types.ts'
import type { PatientFacts, RecordFacts } from './access.ts'
import { isOpen } from './access.ts'
import { storedRange } from '../search/date-range.ts'
import { indexedParameter } from '../search/definitions.ts'
import { numberOf, textOf } from '../store/statements.ts'
import type { PatientRow, StoredRecord } from '../store/record-row.ts'
import type { FhirStore } from '../store/store.ts'

/** One caller's relations to the patients of the hospital: the facts that `access.ts` decides by. */
export interface Circle {
  /** Those in whose care team the caller is, and those to whom a broken glass lets them in. */
  readonly team: ReadonlySet<number>
  /** Keys of the restricted patients outside it. */
  readonly closed: readonly number[]
  patientFacts(patient: PatientRow): PatientFacts
  recordFacts(record: StoredRecord): RecordFacts
}

/** Who is let in to a patient for a time, see `sandbox/break-the-glass`. */
export interface BrokenGlass {
  /** Raised whenever somebody is let in, or out before their time. */
  readonly epoch: number
  /** Patients by id, each with the end of its time in epoch milliseconds, which is still to come. */
  openTo(sub: string): readonly { readonly patient: string; readonly until: number }[]
}

const unbroken: BrokenGlass = { epoch: 0, openTo: () => [] }

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

/** How a caller stands to a patient, a broken glass left out of account. */
export function wayTo(store: FhirStore, { practitioner }: Caller, id: string): 'unknown' | 'in-care-team' | 'outside' {
  const patient = store.patient(id)
  if (patient === undefined) return 'unknown'
  return patientsOf(store, `Practitioner/${practitioner}`).has(patient.key) ? 'in-care-team' : 'outside'
}

/**
 * Makes circles, and keeps each until a Patient, a CareTeam or a glass changes, or for a minute: memberships end by the clock too,
 * and so does the time behind a broken glass, to the millisecond.
 */
export function circles(store: FhirStore, glass: BrokenGlass = unbroken): (caller: Caller) => Circle {
  const kept = new Map<string, { circle: Circle; epoch: string; until: number }>()
  return ({ sub, practitioner }) => {
    const now = store.clock.now()
    const known = kept.get(sub)
    const epoch = `${store.accessEpoch} ${glass.epoch}`
    if (known !== undefined && known.epoch === epoch && now < known.until) return known.circle
    const team = patientsOf(store, `Practitioner/${practitioner}`)
    const open = glass.openTo(sub)
    for (const { patient } of open) {
      const key = store.patient(patient)?.key
      if (key !== undefined) team.add(key)
    }
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
    kept.set(sub, { circle, epoch, until: Math.min(now + lifetime, ...open.map(({ until }) => until)) })
    return circle
  }
}
