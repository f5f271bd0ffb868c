import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { Policy } from '../../../shared/policy.ts'
import { attempts } from './attempt.ts'
import type { RowAddress, Rows } from './rows.ts'
import { isSensitive, mustNotBeKept } from './security-labels.ts'

const mostRecent = 25
const hour = 3_600_000

const RecentText = z.array(z.string())
const ListText = z.object({ patients: z.array(FhirResource), cut: z.boolean() })

/** The lists of patients that are kept: whose chart was opened here, and whose care team the user is in. */
export interface KeptLists {
  /** Ids, newest first. */
  recent(): readonly string[]
  opened(patient: string): void
  forget(patient: string): void
  mine(): { readonly patients: readonly Resource[]; readonly cut: boolean; readonly asOf: number } | undefined
  keepMine(patients: readonly Resource[], cut: boolean): void
}

export interface KeptListsParts {
  readonly rows: Rows
  /** As it says now. */
  readonly policy: () => Policy['cache']
  readonly clock: Clock
  readonly trouble: (failure: FailureKind) => void
}

const recentAddress = { purpose: 'recent', patient: '', what: 'recent' } as const
/** Names: under the key for identifiers, and under that for labelled people where one of them is. */
const mineAddresses = [
  { purpose: 'sensitive', patient: '', what: 'mine' },
  { purpose: 'identifiers', patient: '', what: 'mine' },
] as const
const [labelledMine, plainMine] = mineAddresses

export function createKeptLists({ rows, policy, clock, trouble }: KeptListsParts): KeptLists {
  const attempt = attempts(trouble)

  function read<T>(address: RowAddress, shape: z.ZodType<T>): { value: T; asOf: number } | undefined {
    const row = attempt(() => rows.get(address))
    if (row === undefined) return undefined
    const value = attempt(() => shape.parse(JSON.parse(row.plain.toString('utf8'))))
    return value === undefined ? undefined : { value, asOf: row.asOf }
  }

  const recent = () => read(recentAddress, RecentText)?.value ?? []
  const write = (ids: readonly string[]) => attempt(() => rows.put(recentAddress, Buffer.from(JSON.stringify(ids.slice(0, mostRecent))), clock.now()))

  return {
    recent,
    opened(patient) {
      if (policy().enabled) write([patient, ...recent().filter((id) => id !== patient)])
    },
    forget(patient) {
      const ids = recent()
      if (ids.includes(patient)) write(ids.filter((id) => id !== patient))
    },
    mine() {
      const kept = read(labelledMine, ListText) ?? read(plainMine, ListText)
      if (kept === undefined || kept.asOf < clock.now() - policy().maxAgeHours * hour) return undefined
      return { ...kept.value, asOf: kept.asOf }
    },
    keepMine(patients, cut) {
      if (!policy().enabled) return
      const kept = patients.filter((patient) => !mustNotBeKept(patient))
      const isLabelled = kept.some(isSensitive)
      for (const address of mineAddresses) attempt(() => rows.remove(address))
      attempt(() => rows.put(isLabelled ? labelledMine : plainMine, Buffer.from(JSON.stringify({ patients: kept, cut: cut || kept.length < patients.length })), clock.now()))
    },
  }
}
