import { Secret, TOTP, URI } from 'otpauth'

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, a step every 30 seconds. */
const shape = { algorithm: 'SHA1', digits: 6, period: 30 } as const
export const stepMs = shape.period * 1000

/** RFC 4226 §4 R6 recommends 160 bits. Base32. */
export const makeSecret = (): string => new Secret({ size: 20 }).base32

const totpOf = (secret: string) => new TOTP({ ...shape, secret: Secret.fromBase32(secret) })

/** The step that a moment (epoch milliseconds) lies in. */
export const stepAt = (now: number): number => Math.floor(now / stepMs)

/** The code of a step. */
export const codeOfStep = (secret: string, step: number): string => totpOf(secret).generate({ timestamp: step * stepMs })

/**
 * The step that a code belongs to, where that is the present one or one beside it: clocks differ, and people take time
 * (RFC 6238 §5.2). Undefined for any other code.
 */
export function stepOf(code: string, secret: string, now: number): number | undefined {
  const delta = /^\d{6}$/.test(code) ? totpOf(secret).validate({ token: code, timestamp: now, window: 1 }) : null
  return delta === null ? undefined : stepAt(now) + delta
}

/** What an authenticator app reads from a QR code or a line of text. */
export const enrolmentUri = (secret: string, account: { issuer: string; username: string }): string =>
  new TOTP({ ...shape, issuer: account.issuer, label: account.username, secret: Secret.fromBase32(secret) }).toString()

/** The secret of such a line. Undefined where it is another kind of line. */
export function secretOf(uri: string): string | undefined {
  try {
    const read = URI.parse(uri)
    return read instanceof TOTP ? read.secret.base32 : undefined
  } catch {
    return undefined
  }
}
