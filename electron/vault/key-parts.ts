/**
 * `main`'s parts of the key-encryption keys. What one of them wraps, it alone unwraps: a part never leaves this port, and alone it opens nothing, for what it
 * wraps is sealed under an unlock secret already.
 *
 * A part has a name of 1 to 64 characters of A–Z a–z 0–9 _ - /. Everything rejects with a ChartkeepError: `keychain-*` where the parts are in the keychain
 * of the operating system, `hsm-*` where they are in a token.
 */
export interface KeyParts {
  exists(part: string): Promise<boolean>
  /** A new one, durable when it resolves. Rejects if there is one of that name. */
  make(part: string): Promise<void>
  /** Up to 512 bytes. Unwrapped once before it resolves: nothing is built on what does not open. */
  wrap(part: string, bytes: Uint8Array): Promise<Buffer>
  /** Rejects `vault-corrupt` for what this part did not wrap. */
  unwrap(part: string, wrapped: Uint8Array): Promise<Buffer>
  /** What it wrapped is shut for good. Resolves too if there was none. */
  destroy(part: string): Promise<void>
}
