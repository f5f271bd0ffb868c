import { z } from 'zod'
import { sessionStates } from '../../../shared/contract/procedure.ts'
import { deliveryResults } from '../../../shared/desk/words.ts'
import { DeviceId } from '../../device/registrations.ts'
import { Moment, plain, Sub, Unsent, UserRef } from './words.ts'

/** Somebody who has a session at a workstation, or something of whom is kept there. */
const PersonHere = z.strictObject({
  user: Sub,
  /** Their session waits there behind the one on the screen. */
  waits: z.boolean(),
  /** When they left it. */
  since: Moment.optional(),
  /** Of theirs alone. Absent: it does not know. */
  unsent: Unsent.optional(),
})

/** Who is at a workstation beside whoever is on its screen. */
export const PeopleHere = z.strictObject({
  named: z.array(PersonHere).max(100),
  /** Of so many more something is kept there: it does not know who they are, or there is no room for them. */
  others: z.number().int().min(0).max(100_000),
})
export type PeopleHere = z.infer<typeof PeopleHere>

/** What a workstation says of itself. No patient, and of people their `sub` at this EHR alone. */
export const Status = z.strictObject({
  state: z.enum(sessionStates),
  since: Moment,
  user: Sub.optional(),
  site: z.string().max(80).regex(plain),
  appVersion: z.string().max(40).regex(/^[\x20-\x7e]*$/),
  /** A digest of the policy in force there. */
  policyVersion: z.string().max(80).regex(/^[\x20-\x7e]*$/),
  /** Of everybody whose work lies there. */
  unsent: Unsent,
  /** Absent: it does not tell people apart. */
  people: PeopleHere.optional(),
  /** Orders that it has carried out, or could not: by the `jti` that brought them. */
  carriedOut: z.array(z.strictObject({ jti: z.string().min(1).max(128), result: z.enum(deliveryResults) })).max(200).default([]),
})
export type Status = z.infer<typeof Status>

/** RFC 8936 §2.2, §2.4. Receivers may send more than is understood here. */
export const PollRequest = z.object({
  maxEvents: z.number().int().min(0).max(1_000).optional(),
  returnImmediately: z.boolean().default(false),
  ack: z.array(z.string().min(1).max(128)).max(20_000).default([]),
  setErrs: z.record(z.string().min(1).max(128), z.object({ err: z.string().max(64).regex(/^[\x20-\x7e]*$/), description: z.string().max(500).optional() })).default({}),
})
export const PollAnswer = z.strictObject({ sets: z.record(z.string(), z.string()), moreAvailable: z.boolean() })

export const WorkstationShown = z.strictObject({
  deviceId: DeviceId,
  displayName: z.string(),
  site: z.string(),
  /** `unknown`: it has never reported. */
  state: z.enum([...sessionStates, 'unknown']),
  since: Moment.optional(),
  user: UserRef.optional(),
  appVersion: z.string(),
  policyVersion: z.string(),
  unsent: Unsent,
  /** It asks for orders, or has within the last minute and a half. That it does no more is a change. */
  isOnline: z.boolean(),
  lastContact: Moment.optional(),
  registeredAt: Moment,
  /** Orders on their way to it. */
  waiting: z.number().int(),
  /** Sessions that wait there behind the one on the screen, since when, and what of theirs is not sent where that is known. Absent: it has not told. */
  waitingSessions: z.array(z.strictObject({ user: UserRef, since: Moment.optional(), unsent: Unsent.optional() })).optional(),
  /** Grows with each change of anything here but `lastContact`: that it was heard of once more is none. */
  revision: z.number().int(),
})
export type WorkstationShown = z.infer<typeof WorkstationShown>

export const WorkstationQuery = z.strictObject({
  /** In the name, the id, the site, or the person's name; or the code that a lock screen shows (shared/workstation-code.ts). */
  search: z.string().trim().max(100).optional(),
  site: z.string().max(80).optional(),
  state: z.enum([...sessionStates, 'unknown']).optional(),
  online: z.enum(['true', 'false']).optional(),
  /** Those that changed after this revision alone, in the order of their changes: no `after` then, and `revision` in the answer is where to go on. */
  changedAfter: z.coerce.number().int().min(0).optional(),
  /** With `changedAfter`: waits so long for a change. Seconds. */
  wait: z.coerce.number().int().min(0).max(25).default(0),
  after: DeviceId.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})
export type WorkstationQuery = z.infer<typeof WorkstationQuery>

export const WorkstationList = z.strictObject({
  workstations: z.array(WorkstationShown),
  /** That match, on all pages. */
  total: z.number().int(),
  sites: z.array(z.strictObject({ site: z.string(), workstations: z.number().int() })),
  /** For `changedAfter`: of the last one in this part, where there are more. */
  revision: z.number().int(),
  /** For `after`; absent on the last page. */
  next: DeviceId.optional(),
})

export const UserShown = z.strictObject({ ...UserRef.shape, username: z.string(), isDisabled: z.boolean(), workstations: z.array(DeviceId) })
export type UserShown = z.infer<typeof UserShown>
export const UserList = z.strictObject({ users: z.array(UserShown) })
