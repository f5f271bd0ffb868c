import { z } from 'zod'
import { orderKinds } from '../../shared/desk/order-kinds.ts'
import { type deliveryResults, messageLength } from '../../shared/desk/words.ts'

/** An order that holds: verified, and for this workstation. */
export const Order = z.strictObject({
  /** Names it, on both ends. */
  jti: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  kind: z.enum(orderKinds),
  /** Whom it is about, by their key on this workstation; absent: whoever is there. */
  userKey: z.string().regex(/^[a-z2-7]{26}$/).optional(),
  /** What the desk says to whoever sits there. */
  message: z.string().max(messageLength.most).optional(),
})
export type Order = z.infer<typeof Order>

/** What became of an order here. `not-for-here`: the person it is about is not, and nothing of theirs. */
export type OrderResult = (typeof deliveryResults)[number]

/** Why a token is not obeyed. */
export const refusals = ['malformed', 'algorithm', 'unknown-key', 'signature', 'issuer', 'audience', 'subject', 'future', 'stale', 'replayed', 'unknown-event'] as const
export type Refusal = (typeof refusals)[number]

/** As the transmitter is told: RFC 8935 §2.4 where it has a word, ours where it has none. */
export const refusalCodes: Readonly<Record<Refusal, string>> = {
  malformed: 'invalid_request',
  algorithm: 'invalid_key',
  'unknown-key': 'invalid_key',
  signature: 'authentication_failed',
  issuer: 'invalid_issuer',
  audience: 'invalid_audience',
  subject: 'invalid_subject',
  future: 'issued_in_future',
  stale: 'issued_too_long_ago',
  replayed: 'replayed',
  'unknown-event': 'unsupported_event',
}
