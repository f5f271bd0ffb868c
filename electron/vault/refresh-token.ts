import type { Keychain } from './keychain.ts'

/** Where a user's refresh token stands in the keychain. */
export const refreshTokenAccount = (userKey: string) => `refresh-token/${userKey}`

export interface RefreshTokens {
  read(userKey: string): Promise<string | undefined>
  /** Durable when it resolves. Rejects `too-large` where the keychain's cap is exceeded: the session then ends with its access token. */
  store(userKey: string, token: string): Promise<void>
  remove(userKey: string): Promise<void>
}

/** Refresh tokens, in the operating system's keychain and nowhere else. */
export function refreshTokens(keychain: Keychain): RefreshTokens {
  return {
    read: (userKey) => keychain.get(refreshTokenAccount(userKey)),
    store: (userKey, token) => keychain.set(refreshTokenAccount(userKey), token),
    remove: (userKey) => keychain.delete(refreshTokenAccount(userKey)),
  }
}
