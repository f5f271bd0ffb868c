import type { AuditAction } from '../../../shared/audit-trail/columns.ts'
import type { AuditFilter, PatientId } from '../../../shared/contract/index.ts'
import { type PeriodName, periodOfDays, periodUntil } from './period.ts'

/** What the fields of the filter say. */
export interface Asked {
  readonly period: PeriodName
  /** `yyyy-mm-dd`, for a period of days. */
  readonly first: string
  readonly last: string
  readonly user: string
  readonly patient: { readonly id: PatientId; readonly name: string } | undefined
  readonly action: AuditAction | 'all'
}

/** What is accounted for: one patient, one period. */
export interface AccountAsked {
  readonly patient: { readonly id: PatientId; readonly name: string }
  readonly filter: AuditFilter
}

export const firstQuestion: Asked = { period: 'week', first: '', last: '', user: '', patient: undefined, action: 'all' }

/** The question that the fields make at a moment. Undefined where the days make no period. */
export function filterOf({ period, first, last, user, patient, action }: Asked, now: number, zone: string): AuditFilter | undefined {
  const within = period === 'days' ? periodOfDays(first, last, zone) : periodUntil(period, now, zone)
  if (within === undefined) return undefined
  const typed = user.trim()
  return { ...within, ...(typed === '' ? {} : { user: typed }), ...(patient === undefined ? {} : { patient: patient.id }), ...(action === 'all' ? {} : { action }) }
}
