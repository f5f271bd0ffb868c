/** The name under which everything of ours stands in the keychain of the operating system. */
export const keychainService = 'Chartkeep'

/** Windows caps a credential at 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE); what must work there works everywhere. */
export const largestSecret = 2_560

/**
 * The keychain of the operating system. Every function rejects with a ChartkeepError: `keychain-missing` (no service),
 * `keychain-locked`, `keychain-denied`, `keychain-corrupt`; `too-large` beyond `largestSecret`. A secret that is not
 * there is `undefined`, not an error, and no secret is ever deleted because it could not be read.
 */
export interface Keychain {
  get(account: string): Promise<string | undefined>
  /** Durable when it resolves. */
  set(account: string, secret: string): Promise<void>
  /** Resolves too if it was not there. */
  delete(account: string): Promise<void>
}
