import type { Keychain } from './keychain.ts'

/**
 * Where there is no keychain: everything is forgotten with the process, nothing is written anywhere in clear, and the
 * screen says so (`keeping: 'memory-only'`).
 */
export function memoryKeychain(): Keychain {
  const secrets = new Map<string, string>()
  return {
    get: (account) => Promise.resolve(secrets.get(account)),
    set: (account, secret) => Promise.resolve(void secrets.set(account, secret)),
    delete: (account) => Promise.resolve(void secrets.delete(account)),
  }
}
