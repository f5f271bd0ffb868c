import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { assertNever } from '../../shared/assert-never.ts'
import type { Clock } from '../../shared/clock.ts'
import { orderEvents } from '../../shared/desk/order-kinds.ts'
import type { Faults } from '../faults/index.ts'
import { setAlgorithm, type TransmitterKeys } from './keys.ts'
import type { WaitingEvent } from './streams.ts'

export interface TransmitterParts {
  readonly issuer: string
  /** Who names the people: the issuer of ID tokens. */
  readonly peopleIssuer: string
  readonly keys: TransmitterKeys
  readonly clock: Clock
  readonly fault: () => Faults['orderToken']
}

/** Makes the token that carries an event, signed at the moment it is handed over: how old it is tells how long it was on the way, `toe` when it was ordered. */
export type Transmit = (event: WaitingEvent) => Promise<string>

const typ = 'secevent+jwt'
const hour = 3600

/** What an event says beside whom it is about. */
function payloadOf({ order: { kind, reason, message, at } }: WaitingEvent): Record<string, unknown> {
  // CAEP §2: why, for those who administer, and for whoever sits there; when it happened, in seconds.
  const common = { event_timestamp: Math.floor(at / 1000), initiating_entity: 'admin', reason_admin: { en: reason }, ...(message === undefined ? {} : { reason_user: { en: message } }) }
  return kind === 'reset-pin' ? { ...common, credential_type: 'pin', change_type: 'revoke' } : common
}

/** A transmitter of Security Event Tokens (RFC 8417). */
export function transmitter({ issuer, peopleIssuer, keys, clock, fault }: TransmitterParts): Transmit {
  return async (event) => {
    const is = fault()
    const now = Math.floor(clock.now() / 1000)
    const { order, jti, deviceId, sub } = event
    const about = is === 'wrong-subject' ? 'another-workstation-1234' : deviceId
    const claims = {
      jti,
      iss: is === 'wrong-issuer' ? 'https://impostor.example' : issuer,
      aud: is === 'wrong-audience' ? 'another-workstation-1234' : deviceId,
      iat: is === 'future' ? now + hour : is === 'stale' ? now - hour : now,
      toe: Math.floor(order.at / 1000),
      txn: order.id,
      // RFC 9493 §3.2.
      sub_id: { format: 'complex', device: { format: 'opaque', id: about }, ...(sub === undefined ? {} : { user: { format: 'iss_sub', iss: peopleIssuer, sub } }) },
      events: { [orderEvents[order.kind]]: payloadOf(event) },
    }
    const signed = async () => {
      const { kid, key } = await keys.current()
      return new SignJWT(claims).setProtectedHeader({ alg: setAlgorithm, typ, kid }).sign(key)
    }
    switch (is) {
      case 'not-a-token':
        return 'an order, or what is left of it'
      case 'alg-none':
        return new UnsecuredJWT(claims).encode()
      case 'unknown-key': {
        const { privateKey } = await generateKeyPair(setAlgorithm)
        return new SignJWT(claims).setProtectedHeader({ alg: setAlgorithm, typ, kid: 'nobody-knows-it' }).sign(privateKey)
      }
      case 'bad-signature': {
        const token = await signed()
        const end = token.lastIndexOf('.') + 1
        return `${token.slice(0, end)}${token[end] === 'A' ? 'B' : 'A'}${token.slice(end + 1)}`
      }
      case 'ok':
      case 'wrong-issuer':
      case 'wrong-audience':
      case 'wrong-subject':
      case 'future':
      case 'stale':
      case 'twice':
        return signed()
      default:
        return assertNever(is)
    }
  }
}
