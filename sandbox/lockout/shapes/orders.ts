import { z } from 'zod'
import { orderKinds } from '../../../shared/desk/order-kinds.ts'
import { deliveryResults, deliveryStates, deskOrderStates, identifications, messageLength } from '../../../shared/desk/words.ts'
import { DeviceId } from '../../device/registrations.ts'
import { line, Moment, Person, Reason, Sub, Unsent, UserRef } from './words.ts'
import { WorkstationShown } from './workstations.ts'

const OrderKind = z.enum(orderKinds)

/** Who is to be reached. `users`: for `lock` and `message`, the workstations where these people are now; for every other kind, those where they have ever been. */
export const Target = z.union([
  z.strictObject({ workstations: z.array(DeviceId).min(1).max(25_000) }),
  z.strictObject({ users: z.array(Sub).min(1).max(5_000) }),
  z.strictObject({ site: line(1, 80) }),
  z.strictObject({ everyone: z.literal(true) }),
])
export type Target = z.infer<typeof Target>

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
