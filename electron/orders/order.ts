import { z } from 'zod'

/** What the support desk can order of a workstation (ADR 0120). */
export const orderKinds = ['lock', 'sign-out', 'wipe', 'disable-user', 'enable-user', 'require-sign-in', 'reset-pin', 'message'] as const
export type OrderKind = (typeof orderKinds)[number]

const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'
const own = 'https://chartkeep.example/secevent/event-type'

/** The event that carries each: OpenID CAEP 1.0 §3, RISC 1.0 §2, and ours for what a machine is told. */
export const kindOfEvent: Readonly<Record<string, OrderKind>> = {
  [`${own}/workstation-lock`]: 'lock',
  [`${caep}/session-revoked`]: 'sign-out',
  [`${own}/workstation-wipe`]: 'wipe',
  [`${risc}/account-disabled`]: 'disable-user',
  [`${risc}/account-enabled`]: 'enable-user',
  [`${own}/sign-in-required`]: 'require-sign-in',
  [`${caep}/credential-change`]: 'reset-pin',
  [`${own}/workstation-message`]: 'message',
}

/** An order that holds: verified, and for this workstation. */
export const Order = z.strictObject({
  /** Names it, on both ends. */
  jti: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  kind: z.enum(orderKinds),
  /** Whom it is about, by their key on this workstation; absent: whoever is there. */
  userKey: z.string().regex(/^[a-z2-7]{26}$/).optional(),
  /** What the desk says to whoever sits there. */
  message: z.string().max(280).optional(),
})
export type Order = z.infer<typeof Order>

/** What became of an order here. `not-for-here`: the person it is about is not, and nothing of theirs. */
export type OrderResult = 'done' | 'failed' | 'not-for-here'

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
