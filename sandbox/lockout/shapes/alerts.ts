import { z } from 'zod'
import { alertFindings, deskAlertStates } from '../../../shared/desk/words.ts'
import { DeviceId } from '../../device/registrations.ts'
import { line, Moment, Person, Reason, UserRef } from './words.ts'

/** What the rules of a workstation found, and what the desk did with it. Not which patient it is about, and none of anybody's own words. */
export const AlertShown = z.strictObject({
  id: z.string(),
  at: Moment,
  /** Words of the workstation that found it (docs/alerts.md). */
  rule: z.string(),
  severity: z.string(),
  response: z.string(),
  /** Different things that were counted, and how many were passed over since the last alert of the rule. */
  count: z.number().int(),
  more: z.number().int(),
  user: UserRef.optional(),
  deviceId: DeviceId.optional(),
  /** Finds what brought it about among the reports, for those who may read them. */
  correlation: z.string(),
  /** What its user chose, when they were asked. */
  answer: z.strictObject({ at: Moment, reason: z.string() }).optional(),
  state: z.enum(deskAlertStates),
  takenBy: Person.optional(),
  finding: z.enum(alertFindings).optional(),
  steps: z.array(z.strictObject({ at: Moment, by: Person, what: z.enum(['taken', 'commented', 'closed']), comment: z.string().optional() })),
})
export type AlertShown = z.infer<typeof AlertShown>
export const AlertQuery = z.strictObject({ state: AlertShown.shape.state.optional(), before: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) })
export const AlertList = z.strictObject({ alerts: z.array(AlertShown), /** That nobody has taken, on all pages. */ open: z.number().int(), next: z.string().optional() })
export const AlertTaking = z.strictObject({})
export const AlertComment = z.strictObject({ comment: line(1, 500) })
export const AlertClosing = z.strictObject({ finding: z.enum(alertFindings), comment: Reason })
