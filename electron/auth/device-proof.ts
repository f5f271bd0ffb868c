import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'

/** The workstation's key, whose private half stays where it was made. */
export interface DeviceKey {
  /** 16–64 of A–Z a–z 0–9 _ -. */
  readonly deviceId: string
  /** Ed25519 (RFC 8037): the three public members. */
  readonly publicJwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  sign(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array
}

/** A compact JWS (RFC 7515) over where it goes, who says it, when, and a number used once. */
export async function proofOf(key: DeviceKey, audience: string, clock: Clock): Promise<string> {
  const header = { alg: 'EdDSA', typ: 'JWT' }
  const claims = { aud: audience, sub: key.deviceId, iat: Math.floor(clock.now() / 1_000), jti: randomUUID() }
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
  const signature = await key.sign(Buffer.from(signed, 'ascii'))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

const base64url = (text: string) => Buffer.from(text, 'utf8').toString('base64url')
