import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

const account = 'unlock-secret'
/** 32 bytes, base64url. */
const form = /^[A-Za-z0-9_-]{43}$/

/** What this workstation and its EHR both know, so that the desk can answer what the lock screen asks (ADR 0114). It opens nothing; new with each full sign-in. */
export interface UnlockSecret {
  /** Undefined where the EHR has given none, or what is there is none. */
  read(): Promise<Buffer | undefined>
  /** Rejects `malformed` where it is none. */
  keep(secret: string): Promise<void>
}

export function unlockSecret(keychain: Keychain): UnlockSecret {
  return {
    async read() {
      const stored = await keychain.get(account)
      return stored !== undefined && form.test(stored) ? Buffer.from(stored, 'base64url') : undefined
    },
    async keep(secret) {
      if (!form.test(secret)) throw new ChartkeepError('malformed')
      await keychain.set(account, secret)
    },
  }
}
