import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Rows } from '../cache/rows.ts'
import { EncryptionKey } from '../ehr-keys/encryption-keys.ts'
import { sealText } from './seal-text.ts'

/** What a search text or a reason becomes before it leaves this process. */
export interface AuditTexts {
  /** A compact JWE to the EHR; undefined where no key of the EHR is known. Never rejects. */
  seal(text: string): Promise<string | undefined>
  /** Looks for the key before it is needed. */
  warm(): void
}

export interface AuditTextsParts {
  /** The EHR's keys, the one to use first; undefined where it publishes none. */
  readKeys(): Promise<readonly EncryptionKey[] | undefined>
  /** The key is kept with the vault: sealed, so that nobody puts their own in its place. */
  readonly rows: Rows
  readonly fhirBase: string
  readonly clock: Clock
  readonly trouble: (failure: FailureKind) => void
}

/** A key is looked for anew after an hour, and no more often than once a minute where that fails. Milliseconds. */
const freshMs = 3_600_000
const pauseMs = 60_000

const address = { purpose: 'audit-key', patient: '', what: 'audit-key' } as const
/** Whose key it is: policy may name another EHR tomorrow. */
const Kept = z.strictObject({ fhirBase: z.string(), key: EncryptionKey })

interface Known {
  readonly key: EncryptionKey
  readonly asOf: number
}

export function createAuditTexts({ readKeys, rows, fhirBase, clock, trouble }: AuditTextsParts): AuditTexts {
  let known: Known | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  function kept(): Known | undefined {
    try {
      const row = rows.get(address)
      const read = row && Kept.parse(JSON.parse(row.plain.toString('utf8')))
      return row && read?.fhirBase === fhirBase ? { key: read.key, asOf: row.asOf } : undefined
    } catch (error) {
      trouble(kindOf(error))
      return undefined
    }
  }

  async function ask(): Promise<void> {
    const asOf = clock.now()
    askedAt = asOf
    try {
      const [key] = (await readKeys()) ?? []
      if (key === undefined) return
      known = { key, asOf }
      rows.put(address, Buffer.from(JSON.stringify({ fhirBase, key }), 'utf8'), asOf)
    } catch (error) {
      trouble(kindOf(error))
    }
  }

  /** One question at a time, however many texts wait for it. */
  function look(): Promise<void> {
    const now = clock.now()
    if (known && now - known.asOf < freshMs && now >= known.asOf) return Promise.resolve()
    if (asking === undefined && now - askedAt < pauseMs && now >= askedAt) return Promise.resolve()
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }

  return {
    warm: () => void look(),
    async seal(text) {
      known ??= kept()
      const looked = look()
      // An older key is read by the EHR all the same: nobody waits for a newer one.
      if (known === undefined) await looked
      if (known === undefined) return undefined
      return sealText(text, known.key).catch((error: unknown) => {
        trouble(kindOf(error))
        return undefined
      })
    },
  }
}
