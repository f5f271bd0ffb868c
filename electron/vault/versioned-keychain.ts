import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

/** The form in which secrets stand in the keychain now. */
const format = 1
const mark = /^ck(\d{1,4}):/

/**
 * A keychain in which every value says in which form it is. One without a mark is from before there was one, and is taken as it is: it gets its mark when it is next
 * written. One of a later form is refused as `vault-newer`, and is left alone.
 */
export function versionedKeychain(keychain: Keychain): Keychain {
  return {
    async get(account) {
      const stored = await keychain.get(account)
      const found = stored === undefined ? undefined : mark.exec(stored)
      if (stored === undefined || found === undefined || found === null) return stored
      const of = Number(found[1])
      if (of > format) throw new ChartkeepError('vault-newer')
      if (of < format) throw new ChartkeepError('keychain-corrupt')
      return stored.slice(found[0].length)
    },
    set: (account, secret) => keychain.set(account, `ck${format}:${secret}`),
    delete: keychain.delete,
  }
}
