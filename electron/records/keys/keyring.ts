import { createHmac } from 'node:crypto'

/** What a record is kept for. Each purpose has a key of its own: what was sealed for one never opens for another. */
export const purposes = ['chart', 'recent', 'draft', 'place', 'outbox', 'audit-detail'] as const
export type Purpose = (typeof purposes)[number]

/** The files of a vault that are encrypted as a whole, under keys of their own. */
export type DatabaseName = 'cache' | 'work'

/** Every key that comes from one data-encryption key (DEK), which it owns and zeroes. */
export interface Keyring {
  /** The key of one record: HMAC-SHA-256 of a salt that no other record shares. The caller zeroes it. */
  recordKey(purpose: Purpose, salt: Uint8Array): Buffer
  /** A row's name that says nothing of what is in the row: 32 bytes. The parts are length-prefixed, so that they cannot run into each other. */
  lookup(...parts: readonly string[]): Buffer
  /** A pass phrase for a database file. A string, as the driver wants it: it stays in memory until the process ends. */
  databaseKey(name: DatabaseName): string
  /** The DEK itself, to be wrapped again under a new secret. */
  readonly dek: Buffer
  /** Zeroes every key. What is called later throws. */
  destroy(): void
}

const format = 'chartkeep/1'

/** Takes ownership of `dek` (32 bytes). */
export function createKeyring(dek: Buffer): Keyring {
  const derive = (label: string) => createHmac('sha256', dek).update(`${format}/${label}`).digest()
  const lookupKey = derive('lookup')
  const purposeKeys = new Map<Purpose, Buffer>(purposes.map((purpose) => [purpose, derive(`purpose/${purpose}`)]))
  let destroyed = false

  function alive<T>(value: T | undefined): T {
    if (destroyed || value === undefined) throw new Error('the keys are gone')
    return value
  }

  return {
    dek,
    recordKey: (purpose, salt) => createHmac('sha256', alive(purposeKeys.get(purpose))).update('record').update(salt).digest(),
    lookup(...parts) {
      const hmac = createHmac('sha256', alive(lookupKey))
      for (const part of parts) {
        const bytes = Buffer.from(part, 'utf8')
        const length = Buffer.alloc(4)
        length.writeUInt32BE(bytes.length)
        hmac.update(length).update(bytes)
      }
      return hmac.digest()
    },
    databaseKey(name) {
      const key = alive(derive(`database/${name}`))
      const text = key.toString('hex')
      key.fill(0)
      return text
    },
    destroy() {
      destroyed = true
      dek.fill(0)
      lookupKey.fill(0)
      for (const key of purposeKeys.values()) key.fill(0)
    },
  }
}
