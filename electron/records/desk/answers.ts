import { z } from 'zod'
import { sessionStates } from '../../../shared/contract/index.ts'
import { orderKinds } from '../../../shared/desk/order-kinds.ts'
import { alertFindings, deliveryResults, deliveryStates, deskAlertStates, deskOrderStates, identifications } from '../../../shared/desk/words.ts'

/**
 * What the desk's API answers (docs/lockout-api.json), as the contract has it: times as epoch milliseconds, texts bounded and without what turns
 * the direction of what is read. What a later version of the API adds is left out.
 */
const Moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const mostText = 500
const mostWaiting = 100
const Text = z.string().transform((text) => text.replace(/\p{C}/gu, '').slice(0, mostText))
const Count = z.number().int().nonnegative()
const Person = z.object({ sub: z.string(), name: Text })
const PersonWithRole = z.object({ sub: z.string(), name: Text, role: Text })
const Unsent = z.object({ drafts: Count, changes: Count })

export const Workstation = z.object({
  deviceId: z.string(),
  displayName: Text,
  site: Text,
  state: z.enum([...sessionStates, 'unknown']).catch('unknown'),
  since: Moment.optional(),
  user: PersonWithRole.optional(),
  appVersion: Text,
  policyVersion: Text,
  unsent: Unsent,
  isOnline: z.boolean(),
  lastContact: Moment.optional(),
  registeredAt: Moment,
  waiting: Count,
  waitingSessions: z
    .array(z.object({ user: PersonWithRole, since: Moment.optional(), unsent: Unsent.optional() }))
    .transform((all) => all.slice(0, mostWaiting))
    .optional(),
})

export const Workstations = z.object({
  workstations: z.array(Workstation),
  total: Count,
  sites: z.array(z.object({ site: Text, workstations: Count })),
  revision: Count,
  next: z.string().optional(),
})

export const Users = z.object({ users: z.array(z.object({ ...PersonWithRole.shape, username: Text, isDisabled: z.boolean(), workstations: z.array(z.string()) })) })

const Target = z.union([
  z.object({ workstations: z.array(z.string()) }),
  z.object({ users: z.array(z.string()) }),
  z.object({ site: Text }),
  z.object({ everyone: z.literal(true) }),
])

export const Order = z.object({
  id: z.string(),
  kind: z.enum(orderKinds),
  target: Target,
  reason: Text,
  message: Text.optional(),
  identifiedBy: z.enum(identifications).optional(),
  identification: Text.optional(),
  by: Person,
  at: Moment,
  state: z.enum(deskOrderStates),
  agreement: z.object({ by: Person, at: Moment }).optional(),
  agreeUntil: Moment.optional(),
  undoes: z.string().optional(),
  undoneBy: z.string().optional(),
  counts: z.object({ held: Count, waiting: Count, taken: Count, refused: Count, withdrawn: Count, done: Count, failed: Count, notForHere: Count }),
})

export const Orders = z.object({ orders: z.array(Order), next: z.string().optional() })

export const WholeOrder = z
  .object({
    ...Order.shape,
    deliveries: z.array(z.object({ deviceId: z.string(), user: z.string().optional(), state: z.enum(deliveryStates), error: Text.optional(), result: z.enum(deliveryResults).optional(), takenAt: Moment.optional() })),
  })
  .transform(({ deliveries, ...order }) => ({ order, deliveries }))

export const Preview = z.object({
  workstations: Count,
  users: z.array(PersonWithRole),
  userCount: Count,
  offline: Count,
  open: Count,
  waiting: Count,
  waitingUnknown: Count,
  unsent: Unsent,
  unsentUnknown: Count,
  needsSecond: z.boolean(),
  sample: z.array(z.object({ ...Workstation.shape, theirs: Unsent.optional() })),
})

export const History = z.object({
  entries: z.array(z.object({ seq: Count, at: Moment, what: Text, deviceId: Text.optional(), user: Text.optional(), order: z.string().optional(), by: Person.optional(), detail: Text.optional() })),
  next: Count.optional(),
})

export const Alert = z.object({
  id: z.string(),
  at: Moment,
  rule: Text,
  severity: Text,
  response: Text,
  count: Count,
  more: Count,
  user: PersonWithRole.optional(),
  deviceId: z.string().optional(),
  correlation: Text,
  answer: z.object({ at: Moment, reason: Text }).optional(),
  state: z.enum(deskAlertStates),
  takenBy: Person.optional(),
  finding: z.enum(alertFindings).optional(),
  steps: z.array(z.object({ at: Moment, by: Person, what: z.enum(['taken', 'commented', 'closed']), comment: Text.optional() })),
})
export const Alerts = z.object({ alerts: z.array(Alert), open: Count, next: z.string().optional() })

export const UnlockAnswer = z.object({ response: z.string().regex(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/), workstation: z.object({ deviceId: z.string(), displayName: Text }), user: PersonWithRole, at: Moment })
