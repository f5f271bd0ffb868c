import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { type OrderKind, orderEvents, orderKinds } from '../../shared/desk/order-kinds.ts'
import { messageLength } from '../../shared/desk/words.ts'
import { userKeyOf } from '../vault/user-key.ts'
import { Order, type Refusal } from './order.ts'

/** Signatures that a transmitter may use; `none`, and whatever takes a shared secret, are not among them. */
const algorithms = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256']

/** A token is signed when it is handed over: one that is older than this, or younger, was kept by somebody. Seconds. */
const ageSeconds = 300

export interface Expected {
  readonly issuer: string
  readonly deviceId: string
  readonly keys: JSONWebKeySet
  /** By the server's own word in the very answer, in epoch seconds: this workstation's clock may be anything. */
  readonly serverNow: number
}

export type Verdict =
  | { readonly kind: 'order'; readonly order: Order }
  /** Signed by a key that was not published when the keys were read last. */
  | { readonly kind: 'key-unknown' }
  | { readonly kind: 'refused'; readonly why: Refusal }

/** RFC 8417 §2.2, RFC 9493 §3.2. */
const Claims = z.looseObject({
  jti: z.string(),
  iat: z.number(),
  sub_id: z.looseObject({
    format: z.literal('complex'),
    device: z.looseObject({ format: z.literal('opaque'), id: z.string() }),
    user: z.looseObject({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string() }).optional(),
  }),
  events: z.record(z.string(), z.looseObject({ reason_user: z.looseObject({ en: z.string() }).optional() })),
})

/** Whether a token is an order to this workstation, now (RFC 8417). Nothing of it is believed before its signature holds. */
export async function verify(token: string, expected: Expected): Promise<Verdict> {
  const head = headOf(token)
  if (head === undefined) return refused('malformed')
  if (head.alg === undefined || !algorithms.includes(head.alg)) return refused('algorithm')
  // RFC 8417 §2.3: an ID token of the same server is no order.
  if (head.typ !== 'secevent+jwt') return refused('malformed')
  const { issuer, deviceId, keys, serverNow } = expected
  try {
    // Times are weighed below: they are not those of this workstation's clock.
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { algorithms, issuer, audience: deviceId, currentDate: new Date(serverNow * 1_000) })
    return readOrder(payload, expected)
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return { kind: 'key-unknown' }
    return refused(refusalOf(error))
  }
}

const refused = (why: Refusal): Verdict => ({ kind: 'refused', why })

function headOf(token: string): ReturnType<typeof decodeProtectedHeader> | undefined {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return undefined
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (error instanceof errors.JWTExpired) return 'stale'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'issuer'
    if (error.claim === 'aud') return 'audience'
    if (error.claim === 'nbf' || error.claim === 'iat') return 'future'
  }
  return 'malformed'
}

function readOrder(payload: JWTPayload, { deviceId, serverNow }: Expected): Verdict {
  const claims = Claims.safeParse(payload)
  if (!claims.success) return refused('malformed')
  const { jti, iat, sub_id: about, events } = claims.data
  if (iat > serverNow + ageSeconds) return refused('future')
  if (iat < serverNow - ageSeconds) return refused('stale')
  // For us by its audience, about another: not to be obeyed here.
  if (about.device.id !== deviceId) return refused('subject')
  const [[uri, event] = [undefined, undefined], ...more] = Object.entries(events)
  const kind = uri === undefined || more.length > 0 ? undefined : kindOfEvent(uri)
  if (kind === undefined) return refused('unknown-event')
  const message = event?.reason_user?.en
  const order = Order.safeParse({
    jti, kind,
    ...(about.user === undefined ? {} : { userKey: userKeyOf(about.user.iss, about.user.sub) }),
    ...(message === undefined ? {} : { message: plain(message) }),
  })
  return order.success ? { kind: 'order', order: order.data } : refused('malformed')
}

const kindOfEvent = (uri: string): OrderKind | undefined => orderKinds.find((kind) => orderEvents[kind] === uri)

/** Shown to people: nothing that breaks a line or turns its direction. */
const plain = (text: string) => text.replace(/\p{C}/gu, '').slice(0, messageLength.most)
