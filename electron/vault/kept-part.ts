import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import type { WrappingKeys } from './wrapping-keys.ts'

const id = z.string().regex(/^[A-Za-z0-9_-]{11}$/)

/** A part as it stands in the keychain: as it is, or wrapped by a key in an HSM. `token`: in which; absent in what was wrapped before that was noted. */
export const KeptPart = z.union([
  z.strictObject({ id, part: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  z.strictObject({ id, wrapped: z.string().regex(/^[A-Za-z0-9_-]{1,700}$/), token: z.string().regex(/^[A-Za-z0-9_-]{22}$/).optional() }),
])
export type KeptPart = z.infer<typeof KeptPart>

/** Turns a part into what is kept of it, and back. */
export interface PartWrapping {
  /** By a new key of the HSM, where the policy names one. */
  shut(userKey: string, id: string, part: Uint8Array): Promise<KeptPart>
  /** Rejects `hsm-driver` where it is wrapped, and the policy names no HSM any more. */
  open(userKey: string, kept: KeptPart): Promise<Buffer>
  /** Whether it is kept in another way than the policy says now. */
  isOutdated(kept: KeptPart): boolean
  /** Destroys the keys of parts that are in the keychain no more. */
  forget(userKey: string, parts: readonly KeptPart[]): Promise<void>
  /** Whether one of the parts can be opened, as far as is known: after a failure the HSM is asked again. */
  isInReach(userKey: string, parts: readonly KeptPart[]): Promise<boolean>
}

/** `hsm` as the policy says now. */
export function partWrapping(hsm: () => WrappingKeys | undefined): PartWrapping {
  let failed = false
  const nameOf = (userKey: string, { id }: { readonly id: string }) => `${userKey}/${id}`

  async function ask<T>(work: Promise<T>): Promise<T> {
    try {
      const answer = await work
      failed = false
      return answer
    } catch (error) {
      failed = true
      throw error
    }
  }

  return {
    async shut(userKey, id, part) {
      const keys = hsm()
      if (keys === undefined) return { id, part: Buffer.from(part).toString('base64url') }
      const name = nameOf(userKey, { id })
      return ask(
        (async () => {
          // One that was made for this part before a crash does as well.
          if (!(await keys.exists(name))) await keys.make(name)
          return { id, wrapped: (await keys.wrap(name, part)).toString('base64url'), token: keys.token }
        })(),
      )
    },
    async open(userKey, kept) {
      if ('part' in kept) return apart(Buffer.from(kept.part, 'base64url'))
      const keys = hsm()
      if (keys === undefined) throw new ChartkeepError('hsm-driver')
      return apart(await ask(keys.unwrap(nameOf(userKey, kept), Buffer.from(kept.wrapped, 'base64url'))))
    },
    isOutdated(kept) {
      const keys = hsm()
      if (keys === undefined) return false
      // The token that it was wrapped in may be in anybody's hands by now.
      return 'part' in kept || (kept.token !== undefined && kept.token !== keys.token)
    },
    async forget(userKey, parts) {
      for (const kept of parts) {
        // What it wrapped is in the keychain no more: a token that is not there now keeps a key that opens nothing.
        if ('wrapped' in kept) await hsm()?.destroy(nameOf(userKey, kept)).catch(() => undefined)
      }
    },
    async isInReach(userKey, parts) {
      const keys = hsm()
      if (!failed || keys === undefined) return true
      // Before there is a part, any answer will do.
      if (parts.length === 0) return ask(keys.exists(nameOf(userKey, { id: 'none' }))).then(() => true, () => false)
      for (const kept of parts) {
        if ('part' in kept || (await ask(keys.exists(nameOf(userKey, kept))).catch(() => false))) return true
      }
      return false
    },
  }
}

/** In memory of its own: a small Buffer lies in a pool that it shares with whatever `main` read last, and all of it would cross to `records` along with the part. */
function apart(part: Buffer): Buffer {
  const copy = Buffer.from(new Uint8Array(part).buffer)
  part.fill(0)
  return copy
}
