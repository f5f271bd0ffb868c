import { createHmac, hash } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import { hmacSha256 } from './hmac.ts'
import { type Purpose, purposes } from './purposes.ts'

/** The files of a vault that are encrypted as a whole, under keys of their own. */
export type DatabaseName = 'cache' | 'work'

/** Every key that one session gets of a data-encryption key (DEK). The DEK itself is not among them: what was not given cannot be derived. */
export interface Keyring {
  has(purpose: Purpose): boolean
  /**
   * The key of one record, by a salt (16 bytes) that no other record shares. The caller zeroes it.
   * Throws `not-permitted` for a purpose whose key was not given.
   */
  recordKey(purpose: Purpose, salt: Uint8Array): Buffer
  /** A row's name that says nothing of what is in the row: 32 bytes. The parts are length-prefixed, so that they cannot run into each other. */
  lookup(...parts: readonly string[]): Buffer
  /** What an entry adds to the manifest of its database: 32 bytes that nobody without the key can tell. */
  mark(entry: Uint8Array): Buffer
  /** A pass phrase for a database file. A string, as the driver wants it: it stays in memory until the process ends. */
  databaseKey(name: DatabaseName): string
  /** Zeroes every key. What is called later throws. */
  destroy(): void
}

/** Bytes of a record's salt. */
export const saltBytes = 16
const format = 'chartkeep/3'

/** Takes ownership of `dek` (32 bytes), and zeroes it before it returns. */
export function createKeyring(dek: Buffer, given: ReadonlySet<Purpose>): Keyring {
  const derive = (label: string) => createHmac('sha256', dek).update(`${format}/${label}`).digest()
  const lookups = hmacSha256(derive('lookup'))
  const marks = hmacSha256(derive('manifest'))
  const databaseKeys = { cache: derive('database/cache'), work: derive('database/work') }
  const derivations = new Map<Purpose, Derivation>(purposes.filter((purpose) => given.has(purpose)).map((purpose) => [purpose, derivation(derive(`purpose/${purpose}`))]))
  dek.fill(0)
  let destroyed = false

  function alive(): void {
    if (destroyed) throw new Error('the keys are gone')
  }

  return {
    has: (purpose) => derivations.has(purpose),
    recordKey(purpose, salt) {
      alive()
      const found = derivations.get(purpose)
      if (found === undefined) throw new ChartkeepError('not-permitted')
      return found.key(salt)
    },
    lookup(...parts) {
      alive()
      const bytes = parts.map((part) => Buffer.from(part, 'utf8'))
      const message = Buffer.alloc(bytes.reduce((sum, { length }) => sum + 4 + length, 0))
      let at = 0
      for (const part of bytes) {
        message.writeUInt32BE(part.length, at)
        message.set(part, at + 4)
        at += 4 + part.length
      }
      return lookups.of(message)
    },
    mark(entry) {
      alive()
      return marks.of(entry)
    },
    databaseKey(name) {
      alive()
      return databaseKeys[name].toString('hex')
    },
    destroy() {
      destroyed = true
      for (const key of [databaseKeys.cache, databaseKeys.work]) key.fill(0)
      for (const { forget } of [lookups, marks, ...derivations.values()]) forget()
    },
  }
}

interface Derivation {
  key(salt: Uint8Array): Buffer
  forget(): void
}

/**
 * One-step key derivation with SHA-256 (NIST SP 800-56C rev. 2 §4.1, option 1): H(counter ‖ key ‖ salt), all of fixed length. An HMAC does as well and
 * takes ten times as long for each record. Takes ownership of `key`.
 */
function derivation(key: Buffer): Derivation {
  const input = Buffer.alloc(4 + key.length + saltBytes)
  input.writeUInt32BE(1)
  input.set(key, 4)
  key.fill(0)
  return {
    key(salt) {
      if (salt.length !== saltBytes) throw new Error(`a salt has ${saltBytes} bytes`)
      input.set(salt, 4 + key.length)
      return hash('sha256', input, 'buffer')
    },
    forget: () => void input.fill(0),
  }
}
