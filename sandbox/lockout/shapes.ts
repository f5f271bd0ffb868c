import { z } from 'zod'
import { sessionStates } from '../../shared/contract/procedure.ts'
import { orderKinds } from '../../shared/desk/order-kinds.ts'
import { alertFindings, deliveryResults, deliveryStates, deskAlertStates, deskOrderStates, identifications, messageLength, reasonLength } from '../../shared/desk/words.ts'
import { DeviceId } from '../device/registrations.ts'

/** Nothing that controls a terminal, or turns the direction of what is read. Spelled out, so that every validator reads it alike. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const plain = /^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$/
/** Text that somebody types and others read: one line. */
const line = (least: number, most: number) => z.string().trim().min(least).max(most).regex(plain)

const Sub = z.string().min(1).max(200).regex(/^[\x21-\x7e]+$/)
const Moment = z.iso.datetime()
const OrderKind = z.enum(orderKinds)

/** Who is to be reached. `users`: for `lock` and `message`, the workstations where these people are now; for every other kind, those where they have ever been. */
export const Target = z.union([
  z.strictObject({ workstations: z.array(DeviceId).min(1).max(25_000) }),
  z.strictObject({ users: z.array(Sub).min(1).max(5_000) }),
  z.strictObject({ site: line(1, 80) }),
  z.strictObject({ everyone: z.literal(true) }),
])
export type Target = z.infer<typeof Target>

/** A sentence for those who look at it later. */
const Reason = line(reasonLength.least, reasonLength.most)

export const Preview = z.strictObject({ kind: OrderKind, target: Target })

export const NewOrder = z.strictObject({
  kind: OrderKind,
  target: Target,
  reason: Reason,
  /** Shown on the screen of a `message`, and beside any other order. Never about a patient. */
  message: line(messageLength.least, messageLength.most).optional(),
  /** How whoever asked for it was identified, and by what: both or neither, and both for `reset-pin`. */
  identifiedBy: z.enum(identifications).optional(),
  identification: Reason.optional(),
  /** The same order sent again under the same key is one order. */
  idempotencyKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/).optional(),
})
export type NewOrder = z.infer<typeof NewOrder>

export const Because = z.strictObject({ reason: Reason })

const Person = z.strictObject({ sub: z.string(), name: z.string() })
const UserRef = z.strictObject({ sub: z.string(), name: z.string(), role: z.string() })

/** What a lock screen without tries shows, read out by who stands before it (ADR 0114). */
export const UnlockHelp = z.strictObject({
  deviceId: DeviceId,
  /** Whose PIN has no tries left. */
  user: Sub,
  /** As it was read out: ten characters, grouped in whatever way. */
  challenge: z.string().min(1).max(40),
  /** How whoever called was identified, and by what. */
  identifiedBy: z.enum(identifications),
  identification: Reason,
  reason: Reason,
})
export type UnlockHelp = z.infer<typeof UnlockHelp>

export const UnlockAnswer = z.strictObject({
  /** To be read out: it gives new tries of the PIN, once, within ten minutes of when the challenge was shown. */
  response: z.string(),
  workstation: z.strictObject({ deviceId: DeviceId, displayName: z.string() }),
  user: UserRef,
  at: Moment,
})
export type UnlockAnswer = z.infer<typeof UnlockAnswer>

/** What of a person's is not at the EHR yet, by the workstation's own word. */
export const Unsent = z.strictObject({ drafts: z.number().int().min(0).max(100_000), changes: z.number().int().min(0).max(100_000) })
export type Unsent = z.infer<typeof Unsent>

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

export const Delivery = z.strictObject({
  deviceId: DeviceId,
  user: z.string().optional(),
  jti: z.string(),
  /** `held`: nobody has agreed. `waiting`: on its way. `taken`: kept there, and acknowledged. */
  state: z.enum(deliveryStates),
  /** Why the workstation refused it (RFC 8935 §2.4, or ours). */
  error: z.string().optional(),
  /** What became of it there. */
  result: z.enum(deliveryResults).optional(),
  takenAt: Moment.optional(),
})
export type Delivery = z.infer<typeof Delivery>

export const OrderShown = z.strictObject({
  id: z.string(),
  kind: OrderKind,
  target: Target,
  reason: z.string(),
  message: z.string().optional(),
  /** How whoever asked for it was identified, and by what. */
  identifiedBy: z.enum(identifications).optional(),
  identification: z.string().optional(),
  by: Person,
  at: Moment,
  /** `awaiting`: a second person. */
  state: z.enum(deskOrderStates),
  agreement: z.strictObject({ by: Person, at: Moment }).optional(),
  agreeUntil: Moment.optional(),
  undoes: z.string().optional(),
  undoneBy: z.string().optional(),
  /** `done`, `failed` and `notForHere`: what came of those that were taken. */
  counts: z.strictObject({ held: z.number(), waiting: z.number(), taken: z.number(), refused: z.number(), withdrawn: z.number(), done: z.number(), failed: z.number(), notForHere: z.number() }),
})
export type OrderShown = z.infer<typeof OrderShown>

export const OrderWhole = z.strictObject({ ...OrderShown.shape, deliveries: z.array(Delivery) })
export const OrderList = z.strictObject({ orders: z.array(OrderShown), next: z.string().optional() })
export const OrderQuery = z.strictObject({ state: OrderShown.shape.state.optional(), before: z.string().max(64).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) })

export const PreviewShown = z.strictObject({
  workstations: z.number().int(),
  users: z.array(UserRef).max(200),
  /** In all; `users` names 200 at most. */
  userCount: z.number().int(),
  offline: z.number().int(),
  /** In use at this moment; for people, by one of them. */
  open: z.number().int(),
  /** Sessions that wait behind another one's lock, and are reached. For people, theirs. */
  waiting: z.number().int(),
  /** Workstations that have not told who waits there. */
  waitingUnknown: z.number().int(),
  /** As far as it was told; for people, of theirs alone. */
  unsent: Unsent,
  /** Workstations of which it is not known for certain: they never reported, cannot be reached now, or do not tell people apart. */
  unsentUnknown: z.number().int(),
  needsSecond: z.boolean(),
  /** The first 200 that are hit, those with unsent work first. `theirs`: for people, what of theirs is not sent there; absent where it is not known. */
  sample: z.array(z.strictObject({ ...WorkstationShown.shape, theirs: Unsent.optional() })),
})

export type PreviewShown = z.infer<typeof PreviewShown>

export const HistoryEntry = z.strictObject({
  seq: z.number().int(),
  at: Moment,
  what: z.string(),
  deviceId: z.string().optional(),
  user: z.string().optional(),
  order: z.string().optional(),
  by: Person.optional(),
  detail: z.string().optional(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>
export const History = z.strictObject({ entries: z.array(HistoryEntry), next: z.number().int().optional() })
export const HistoryQuery = z.strictObject({ before: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) })

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

/** Every refusal. */
export const Refusal = z.strictObject({ error: z.string() })
