import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { secretDigit } from '../../shared/unlock-codes.ts'

const secretBytes = 32

/** What a workstation and this hospital both know, so that the desk can answer what its lock screen asks (ADR 0114). It opens nothing. */
export interface UnlockSecrets {
  /** Another one for this workstation. The one before is kept: the answer that brings the new one may be lost on its way. */
  renew(deviceId: string): Buffer
  /** The newest that a challenge names by its digit. */
  named(deviceId: string, digit: number): Buffer | undefined
}

const Row = z.object({ newest: z.instanceof(Uint8Array), before: z.instanceof(Uint8Array).nullable() }).optional()

const digitOf = (secret: Uint8Array) => secretDigit(createHash('sha256').update(secret).digest())

/** Opens the table of unlock secrets. They are kept as the shares are: a hospital's EHR would keep them in its key store. */
export function openUnlockSecrets(database: DatabaseSync, clock: Clock): UnlockSecrets {
  database.exec(`CREATE TABLE IF NOT EXISTS device_unlock_secret (
    device_id TEXT PRIMARY KEY, newest BLOB NOT NULL, before BLOB, made_at INTEGER NOT NULL
  ) STRICT`)
  const select = database.prepare('SELECT newest, before FROM device_unlock_secret WHERE device_id = ?')
  const replace = database.prepare('INSERT OR REPLACE INTO device_unlock_secret VALUES (?, ?, ?, ?)')
  return {
    renew(deviceId) {
      const before = Row.parse(select.get(deviceId))?.newest
      const taken = before && digitOf(before)
      let secret = randomBytes(secretBytes)
      // Two that go by the same digit could not be told apart.
      for (let digit = digitOf(secret); digit === taken; digit = digitOf(secret)) secret = randomBytes(secretBytes)
      replace.run(deviceId, secret, before ?? null, clock.now())
      return secret
    },
    named(deviceId, digit) {
      const row = Row.parse(select.get(deviceId))
      const found = [row?.newest, row?.before ?? undefined].find((secret) => secret !== undefined && digitOf(secret) === digit)
      return found && Buffer.from(found)
    },
  }
}
