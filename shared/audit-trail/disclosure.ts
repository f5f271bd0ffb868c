import { z } from 'zod'
import { disclosureGroups } from './columns.ts'

const Text = z.string().max(1_100)

/** A line of the account of what left, as 164.528(b)(2) asks: when, to whom, what, why. */
export const Disclosure = z.strictObject({
  id: z.string().max(64),
  group: z.enum(disclosureGroups),
  /** Epoch milliseconds; absent where the event does not say it readably. */
  at: z.number().optional(),
  /** Absent where the event names nobody. */
  recipient: z.strictObject({ name: Text.optional(), address: Text.optional() }),
  what: z.array(Text).max(20),
  /** Codes (HL7 v3 PurposeOfUse), or the words of the event. */
  purposes: z.array(Text).max(20),
  /** In words, where the event has them: a reason that was typed. */
  reason: Text.optional(),
  /** Who did it. */
  user: z.strictObject({ reference: Text.optional(), name: Text.optional() }),
})
export type Disclosure = z.infer<typeof Disclosure>
