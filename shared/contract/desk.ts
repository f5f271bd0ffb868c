import { z } from 'zod'
import type { CalledEvent } from '../audit-events.ts'
import { needsIdentification, orderKinds } from '../desk/order-kinds.ts'
import { alertFindings, deliveryResults, deliveryStates, deskAlertStates, deskOrderStates, identifications, messageLength, reasonLength } from '../desk/words.ts'
import { type AuditAction, type AuditRule, procedure, sessionStates, whileUnlocked } from './procedure.ts'

/** Ids of the desk's API: opaque, and none of a patient. */
const WorkstationId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/)
const StaffSub = z.string().min(1).max(200).regex(/^[\x21-\x7e]+$/)
const Id = z.string().min(1).max(200).regex(/^[\x21-\x7e]+$/)
/** Epoch milliseconds. */
const Moment = z.number()
/** Nothing that controls a terminal, or turns the direction of what is read. */
const line = (least: number, most: number) => z.string().trim().min(least).max(most).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
const Text = z.string().max(500)
const Count = z.number().int().nonnegative()

const Person = z.strictObject({ sub: StaffSub, name: Text })
export const DeskPerson = z.strictObject({ sub: StaffSub, name: Text, role: Text })
export type DeskPerson = z.infer<typeof DeskPerson>
/** What of a person's is not at the EHR yet, by the workstation's own word. */
const Unsent = z.strictObject({ drafts: Count, changes: Count })

export const DeskWorkstation = z.strictObject({
  deviceId: WorkstationId,
  displayName: Text,
  site: Text,
  /** `unknown`: it has never reported. */
  state: z.enum([...sessionStates, 'unknown']),
  since: Moment.optional(),
  user: DeskPerson.optional(),
  appVersion: Text,
  policyVersion: Text,
  unsent: Unsent,
  isOnline: z.boolean(),
  lastContact: Moment.optional(),
  registeredAt: Moment,
  /** Orders on their way to it. */
  waiting: Count,
  /** Sessions that wait there behind the one on the screen; `unsent` where it is known. Absent: it has not told. */
  waitingSessions: z.array(z.strictObject({ user: DeskPerson, since: Moment.optional(), unsent: Unsent.optional() })).max(100).optional(),
})
export type DeskWorkstation = z.infer<typeof DeskWorkstation>

export const DeskUser = z.strictObject({ ...DeskPerson.shape, username: Text, isDisabled: z.boolean(), workstations: z.array(WorkstationId).max(25_000) })
export type DeskUser = z.infer<typeof DeskUser>

/** Whom an order reaches. `users`: for `lock` and `message`, the workstations where these people are now; for every other kind, those where they have ever been. */
export const DeskTarget = z.union([
  z.strictObject({ workstations: z.array(WorkstationId).min(1).max(25_000) }),
  z.strictObject({ users: z.array(StaffSub).min(1).max(5_000) }),
  z.strictObject({ site: line(1, 80) }),
  z.strictObject({ everyone: z.literal(true) }),
])
export type DeskTarget = z.infer<typeof DeskTarget>

const Reason = line(reasonLength.least, reasonLength.most)
/** How whoever called was identified, and by what: the number that was called, who vouched. */
const identification = { identifiedBy: z.enum(identifications), identification: Reason }
const OrderKind = z.enum(orderKinds)

export const DeskOrder = z.strictObject({
  id: Id,
  kind: OrderKind,
  target: DeskTarget,
  reason: Text,
  message: Text.optional(),
  /** How whoever asked for it was identified, and by what. */
  identifiedBy: z.enum(identifications).optional(),
  identification: Text.optional(),
  by: Person,
  at: Moment,
  state: z.enum(deskOrderStates),
  agreement: z.strictObject({ by: Person, at: Moment }).optional(),
  agreeUntil: Moment.optional(),
  /** The order that this one takes back, and the one that took this back (or who withdrew it). */
  undoes: Id.optional(),
  undoneBy: Id.optional(),
  /** `done`, `failed` and `notForHere`: what came of those that were taken. */
  counts: z.strictObject({ held: Count, waiting: Count, taken: Count, refused: Count, withdrawn: Count, done: Count, failed: Count, notForHere: Count }),
})
export type DeskOrder = z.infer<typeof DeskOrder>

export const DeskDelivery = z.strictObject({
  deviceId: WorkstationId,
  user: StaffSub.optional(),
  state: z.enum(deliveryStates),
  /** Why the workstation refused it. */
  error: Text.optional(),
  result: z.enum(deliveryResults).optional(),
  takenAt: Moment.optional(),
})
export type DeskDelivery = z.infer<typeof DeskDelivery>

export const DeskPreview = z.strictObject({
  workstations: Count,
  /** 200 at most; `userCount` is of all. */
  users: z.array(DeskPerson).max(200),
  userCount: Count,
  offline: Count,
  /** In use at this moment; for people, by one of them. */
  open: Count,
  /** Sessions that wait behind another one's lock, and are reached. For people, theirs. */
  waiting: Count,
  /** Workstations that have not told who waits there. */
  waitingUnknown: Count,
  /** As far as it was told; for people, of theirs alone. */
  unsent: Unsent,
  /** Workstations of which it is not known for certain. */
  unsentUnknown: Count,
  needsSecond: z.boolean(),
  /** 200 at most, those with unsent work first. `theirs`: for people, what of theirs is not sent there; absent where it is not known. */
  sample: z.array(z.strictObject({ ...DeskWorkstation.shape, theirs: Unsent.optional() })).max(200),
})
export type DeskPreview = z.infer<typeof DeskPreview>

/** `what`: `order.lock.given`, `workstation.locked`, …: words of the API. */
export const DeskHistoryEntry = z.strictObject({ seq: Count, at: Moment, what: Text, deviceId: Text.optional(), user: Text.optional(), order: Id.optional(), by: Person.optional(), detail: Text.optional() })
export type DeskHistoryEntry = z.infer<typeof DeskHistoryEntry>

/** What was found by a rule of the audit: about a member of the staff. Which patient it is about is not told here. */
export const DeskAlert = z.strictObject({
  id: Id,
  at: Moment,
  /** A rule of `shared/alerts.ts`, its severity, and what the workstation did about it: words of the workstation. */
  rule: Text,
  severity: Text,
  response: Text,
  /** Different things that were counted, and how many were passed over since the last alert of the rule. */
  count: Count,
  more: Count,
  user: DeskPerson.optional(),
  /** The workstation that found it. */
  deviceId: WorkstationId.optional(),
  /** Finds what brought it about among the reports, for those who may look at them. */
  correlation: Text,
  /** What the user chose when they were asked; their own words are sealed. */
  answer: z.strictObject({ at: Moment, reason: Text }).optional(),
  state: z.enum(deskAlertStates),
  takenBy: Person.optional(),
  finding: z.enum(alertFindings).optional(),
  /** Who did what, the oldest first. */
  steps: z.array(z.strictObject({ at: Moment, by: Person, what: z.enum(['taken', 'commented', 'closed']), comment: Text.optional() })).max(1_000),
})
export type DeskAlert = z.infer<typeof DeskAlert>

const rule = <I>(event: CalledEvent, action: AuditAction, detail?: (input: I) => string): AuditRule<I> => ({ event, action, patient: () => undefined, cause: () => 'look', ...(detail === undefined ? {} : { detail }) })
/** A look, and whether it is the application's own: a list that follows what happens. */
const look = <I extends { readonly cause: 'look' | 'refresh' }>(event: CalledEvent): AuditRule<I> => ({ ...rule<I>(event, 'R', JSON.stringify), cause: ({ cause }) => cause })
const cause = z.enum(['look', 'refresh'])
const base = { via: 'workspace', during: whileUnlocked } as const
const reads = { ...base, needs: 'desk:read' } as const
const orders = { ...base, needs: 'desk:order' } as const
const alerts = { ...base, needs: 'desk:alerts' } as const
const Asked = z.strictObject({ kind: OrderKind, target: DeskTarget })
const Given = z
  .strictObject({
    ...Asked.shape,
    reason: Reason,
    message: line(messageLength.least, messageLength.most).optional(),
    /** Both or neither; a PIN is reset for nobody without. */
    identifiedBy: identification.identifiedBy.optional(),
    identification: identification.identification.optional(),
    idempotencyKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  })
  .refine(({ kind, identifiedBy, identification: what }) => (identifiedBy === undefined) === (what === undefined) && (what !== undefined || !needsIdentification(kind)))
const Help = z.strictObject({
  deviceId: WorkstationId,
  /** Whose PIN has no tries left. */
  user: StaffSub,
  /** What they read out, grouped in whatever way. */
  challenge: z.string().min(1).max(40),
  ...identification,
  reason: Reason,
})
const because = z.strictObject({ id: Id, reason: Reason })

/**
 * What the support desk asks and orders. Nothing of it is about a patient, and no other permission stands beside these. Refusals of their own:
 * `desk-not-oneself`, `desk-needs-another`, `desk-cannot-undo`, `desk-lapsed`, `desk-decided`; `not-found`: this EHR has no desk, or no such thing.
 */
export const deskProcedures = {
  /** All workstations, 1,000 at a time, by id: `after` is the `next` of the part before. The list is kept live by `desk.changes` from the `revision` of its first part. */
  'desk.workstations': procedure({
    ...reads,
    input: z.strictObject({ after: WorkstationId.optional() }),
    output: z.strictObject({ workstations: z.array(DeskWorkstation).max(1_000), total: Count, sites: z.array(z.strictObject({ site: Text, workstations: Count })).max(5_000), revision: Count, next: WorkstationId.optional() }),
    audit: rule('desk.workstations', 'R'),
  }),
  /**
   * The workstations that changed after a revision, 1,000 at most; asked again from the revision that it gives. Waits for a change, at most 10 s, and answers then
   * with none. Once in a second at most it tells changes, so that a hospital's reports do not flood a page; where there are more than 1,000, at once. `stale`: the numbers have begun anew, and the list is read anew.
   * An order that is taken or carried out somewhere is a change of that workstation. Following what is on the screen leaves no entry: reading it did.
   */
  'desk.changes': procedure({
    ...reads,
    input: z.strictObject({ revision: Count }),
    output: z.strictObject({ workstations: z.array(DeskWorkstation).max(1_000), revision: Count }),
    audit: 'nothing',
  }),
  'desk.workstation': procedure({ ...reads, input: z.strictObject({ deviceId: WorkstationId }), output: DeskWorkstation, audit: rule('desk.workstation', 'R', JSON.stringify) }),
  /** Everybody who has an account. */
  'desk.users': procedure({ ...reads, input: z.strictObject({}), output: z.strictObject({ users: z.array(DeskUser).max(50_000) }), audit: rule('desk.users', 'R') }),
  /** The newest first; `before` is the `next` of the part before. */
  'desk.history': procedure({
    ...reads,
    input: z.strictObject({ of: z.union([z.strictObject({ workstation: WorkstationId }), z.strictObject({ user: StaffSub }), z.strictObject({ all: z.literal(true) })]), before: z.number().int().min(1).optional() }),
    output: z.strictObject({ entries: z.array(DeskHistoryEntry).max(500), next: Count.optional() }),
    audit: rule('desk.history', 'R', JSON.stringify),
  }),
  /** Whom an order would hit. Changes nothing. */
  'desk.preview': procedure({ ...reads, input: Asked, output: DeskPreview, audit: rule('desk.preview', 'R', ({ kind }: z.infer<typeof Asked>) => JSON.stringify({ kind })) }),
  /** Gives an order; `awaiting` is the state of one that a second person has to agree to. The same again under the same key is one order: a page makes a key for each click, and keeps it when it tries again. */
  'desk.giveOrder': procedure({
    ...orders,
    input: Given,
    output: DeskOrder,
    audit: rule('desk.order-given', 'E', ({ kind, reason, identifiedBy, identification: what, idempotencyKey }: z.infer<typeof Given>) => JSON.stringify({ kind, reason, identifiedBy, identification: what, idempotencyKey })),
  }),
  /** The newest first, 50 at a time; `before` is the `next` of the part before. */
  'desk.orders': procedure({ ...reads, input: z.strictObject({ state: z.enum(deskOrderStates).optional(), before: Id.optional(), cause }), output: z.strictObject({ orders: z.array(DeskOrder).max(200), next: Id.optional() }), audit: look('desk.orders') }),
  /** One order, with what became of it at each workstation. */
  'desk.order': procedure({ ...reads, input: z.strictObject({ id: Id, cause }), output: z.strictObject({ order: DeskOrder, deliveries: z.array(DeskDelivery).max(50_000) }), audit: look('desk.order') }),
  'desk.agree': procedure({ ...orders, input: because, output: DeskOrder, audit: rule('desk.order-agreed', 'E', JSON.stringify) }),
  'desk.reject': procedure({ ...orders, input: because, output: DeskOrder, audit: rule('desk.order-rejected', 'E', JSON.stringify) }),
  /** Withdraws what has not been taken, and gives the opposite order where there is one: that is what it answers with. */
  'desk.undo': procedure({ ...orders, input: because, output: DeskOrder, audit: rule('desk.order-undone', 'E', JSON.stringify) }),
  /**
   * Answers what a lock screen without tries shows: `response` is to be read out, counts for ten minutes from when the challenge was shown, and gives tries of the PIN, once. It proves nobody.
   * Fails with `code-misread`, `desk-not-oneself`, `desk-user-disabled`, `desk-user-not-there`, `desk-no-secret`, `desk-enough-answers`.
   */
  'desk.unlockHelp': procedure({
    ...orders,
    input: Help,
    output: z.strictObject({ response: z.string().max(20), workstation: z.strictObject({ deviceId: WorkstationId, displayName: Text }), user: DeskPerson, at: Moment }),
    // Neither the challenge nor the answer.
    audit: rule('desk.unlock-help', 'E', ({ deviceId, user, identifiedBy, identification: what, reason }: z.infer<typeof Help>) => JSON.stringify({ deviceId, user, identifiedBy, identification: what, reason })),
  }),
  /** What the rules of the audit found, the newest first, 100 at a time. */
  'desk.alerts': procedure({ ...alerts, input: z.strictObject({ state: z.enum(deskAlertStates).optional(), before: Id.optional(), cause }), output: z.strictObject({ alerts: z.array(DeskAlert).max(200), open: Count, next: Id.optional() }), audit: look('desk.alerts') }),
  /** From whoever had it, too. `conflict`: it is closed. */
  'desk.takeAlert': procedure({ ...alerts, input: z.strictObject({ id: Id }), output: DeskAlert, audit: rule('desk.alert-taken', 'U', JSON.stringify) }),
  'desk.commentAlert': procedure({ ...alerts, input: z.strictObject({ id: Id, comment: line(1, 500) }), output: DeskAlert, audit: rule('desk.alert-commented', 'U', JSON.stringify) }),
  /** By whoever has taken it; `conflict` else. */
  'desk.closeAlert': procedure({ ...alerts, input: z.strictObject({ id: Id, finding: z.enum(alertFindings), comment: Reason }), output: DeskAlert, audit: rule('desk.alert-closed', 'U', JSON.stringify) }),
} as const
