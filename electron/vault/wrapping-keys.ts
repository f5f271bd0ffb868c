/**
 * Keys that wrap what stands in the keychain, and live elsewhere: in an HSM. Each has a name of 1 to 64 characters of A–Z a–z 0–9 _ - /, and never leaves.
 * Everything rejects with a ChartkeepError of an `hsm-*` kind, or of a `keychain-*` kind where the token's own PIN cannot be read.
 */
export interface WrappingKeys {
  /** Where they live: the same for the same token as the policy names it, another for another one. 22 characters of A–Z a–z 0–9 _ -, no secret. */
  readonly token: string
  exists(name: string): Promise<boolean>
  /** A new one, durable when it resolves. Rejects if there is one of that name. */
  make(name: string): Promise<void>
  /** Up to 512 bytes. Unwrapped once before it resolves: nothing is built on what does not open. */
  wrap(name: string, bytes: Uint8Array): Promise<Buffer>
  /** Rejects `vault-corrupt` for what this key did not wrap. */
  unwrap(name: string, wrapped: Uint8Array): Promise<Buffer>
  /** What it wrapped is shut for good. Resolves too if there was none. */
  destroy(name: string): Promise<void>
}
