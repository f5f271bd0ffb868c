import { type FailureKind, kindOf } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

/** A keychain that tells of each operation that fails, before whoever asked hears of it: never which secret, never what is in it. */
export function toldKeychain(keychain: Keychain, tell: (failure: FailureKind) => void): Keychain {
  const told = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((error: unknown) => {
      tell(kindOf(error))
      throw error
    })
  return {
    get: (account) => told(keychain.get(account)),
    set: (account, secret) => told(keychain.set(account, secret)),
    delete: (account) => told(keychain.delete(account)),
  }
}
