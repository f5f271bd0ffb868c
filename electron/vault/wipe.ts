import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { epochAccount } from './epochs.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'
import type { RefreshTokens } from './refresh-token.ts'
import { rotationAccount } from './rotations.ts'
import { triesAccount } from './tries.ts'
import { userAccount, type Users } from './users.ts'

/** Whose vaults are being wiped. It stands until nothing of them is left. */
const account = 'wiping'

const Marked = z.array(z.string().regex(/^[a-z2-7]{26}$/))

export interface WipeParts {
  readonly keychain: Keychain
  /** Where each user's sealed files lie: `<folder>/<userKey>`. */
  readonly vaults: string
  /** Destroys the user's parts of the KEK, wherever they are: from then on nothing opens. */
  readonly destroyKeyParts: (userKey: string) => Promise<void>
  readonly users: Pick<Users, 'leave'>
  readonly refreshTokens: Pick<RefreshTokens, 'read' | 'remove'>
  /** This refresh token is kept no more, and good at the EHR until that hears of it (session/farewells.ts). Returns at once. */
  orphaned(userKey: string, refreshToken: string): void
}

/**
 * Wiping is crypto-shredding: the key parts first, which leaves what is on the disk as good as random; then the wrapped keys, then the files, which a
 * disk may keep in its spare blocks for years. It is marked before it begins and the mark goes last, so that whatever ends it, the next start goes on with it.
 */
export interface Wipe {
  /** The caller has recorded it. Rejects with what failed; it is then finished at the next start. */
  begin(userKey: string): Promise<void>
  /** What an earlier start left: before anything of anybody is opened. Gives whose vaults are gone, and whether all are. Never rejects. */
  finish(): Promise<{ readonly wiped: readonly string[]; readonly isComplete: boolean }>
}

export function createWipe({ keychain, vaults, destroyKeyParts, users, refreshTokens, orphaned }: WipeParts): Wipe {
  async function marked(): Promise<readonly string[]> {
    const stored = await keychain.get(account)
    if (stored === undefined) return []
    const parsed = Marked.safeParse(parsedJson(stored))
    // Whose it is cannot be told: not a reason to forget it.
    if (!parsed.success) throw new ChartkeepError('keychain-corrupt')
    return parsed.data
  }

  async function mark(users: readonly string[]): Promise<void> {
    if (users.length === 0) await keychain.delete(account)
    else await keychain.set(account, JSON.stringify(users))
  }

  const turn = inTurn()
  /** Of two wipes at once, one would lose its mark, and nobody would finish it. */
  const changeMark = (to: () => Promise<readonly string[]>): Promise<void> => turn(async () => mark(await to()))

  /** Each step may be done twice. */
  async function shred(userKey: string): Promise<void> {
    await destroyKeyParts(userKey)
    for (const file of ['keys.json', 'keys.copy.json']) await rm(path.join(vaults, userKey, file), { force: true })
    const token = await refreshTokens.read(userKey).catch(() => undefined)
    // Before the folder: a successor that is on its way makes none anew.
    await refreshTokens.remove(userKey)
    if (token !== undefined) orphaned(userKey, token)
    await rm(path.join(vaults, userKey), { recursive: true, force: true })
    for (const accountOf of [triesAccount, epochAccount, rotationAccount, userAccount]) await keychain.delete(accountOf(userKey))
    await users.leave(userKey)
    await changeMark(async () => (await marked()).filter((each) => each !== userKey))
  }

  return {
    async begin(userKey) {
      await changeMark(async () => [...new Set([...(await marked().catch(corruptAsNone)), userKey])])
      await shred(userKey)
    },
    async finish() {
      const wiped: string[] = []
      try {
        for (const userKey of await marked()) {
          await shred(userKey)
          wiped.push(userKey)
        }
        return { wiped, isComplete: true }
      } catch {
        return { wiped, isComplete: false }
      }
    },
  }
}

/** An order is carried out, whatever is left of an earlier one's mark. */
function corruptAsNone(error: unknown): readonly string[] {
  if (error instanceof ChartkeepError && error.kind === 'keychain-corrupt') return []
  throw error
}
