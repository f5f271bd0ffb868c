import { createHash } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import { CryptokiError, type Cryptoki, rv, type SessionHandle, tokenFlag, type TokenInfo } from './cryptoki.ts'
import type { TokenPin } from './job.ts'

/** The token did not take the PIN. */
export class PinRefused extends Error {
  /** Tells the same PIN for the same token again. */
  readonly mark: string

  constructor(mark: string) {
    super('the token refused its PIN')
    this.mark = mark
  }
}

const refusals: readonly number[] = [rv.pinIncorrect, rv.pinInvalid, rv.pinLengthRange]

/**
 * Logs in with the token's PIN. One that this token refused is not tried again, and the last try is left to a person: a token counts, and what it
 * locks it locks for everybody who uses it.
 */
export function logIn(cryptoki: Cryptoki, session: SessionHandle, token: TokenInfo, { value, refused }: TokenPin): void {
  const { flags, serial } = token
  if ((flags & tokenFlag.loginRequired) === 0) return
  if ((flags & (tokenFlag.pinLocked | tokenFlag.pinFinalTry)) !== 0) throw new ChartkeepError('hsm-pin-locked')
  if ((flags & tokenFlag.protectedAuthenticationPath) !== 0) return cryptoki.login(session, undefined)
  if (value === undefined) throw new ChartkeepError('hsm-pin-missing')
  const mark = markOf(serial, value)
  if (mark === refused) throw new ChartkeepError('hsm-pin-wrong')
  try {
    cryptoki.login(session, value)
  } catch (error) {
    throw error instanceof CryptokiError && refusals.includes(error.code) ? new PinRefused(mark) : error
  }
}

function markOf(serial: string, pin: Uint8Array): string {
  return createHash('sha256').update(serial).update('\0').update(pin).digest('base64url')
}
