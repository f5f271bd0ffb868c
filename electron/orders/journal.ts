import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { constants, copyFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { isMissing } from '../../shared/error-code.ts'
import { messageLength } from '../../shared/desk/words.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from '../vault/keychain.ts'
import { Order } from './order.ts'

/** In the keychain: what makes the file ours. */
const account = 'orders-key'

/** An order that was taken: should its token come again, it is not carried out again. */
const Seen = z.strictObject({ jti: z.string().max(128), /** The transmitter has answered after it was acknowledged. */ isHeard: z.boolean() })

const Kept = z.strictObject({
  seen: z.array(Seen),
  /** Taken, and not yet carried out. */
  pending: z.array(Order),
  /** What the desk says, until somebody has read it. */
  notice: z.string().max(messageLength.most).optional(),
  /** When it signed out whoever was at the workstation, in epoch milliseconds, until somebody is at work again. */
  signedOutAt: z.number().nonnegative().optional(),
})
export type Kept = z.infer<typeof Kept>

const nothing: Kept = { seen: [], pending: [] }

/** More than a workstation is told in its life: the oldest are forgotten. */
const mostSeen = 2_000

/**
 * What was ordered, on the disk before it is acknowledged and before it is carried out: it outlives being killed. Bound by a key of the
 * keychain, so that nobody adds an order, or takes one out, by editing a file. One that was removed whole is as if there had been none: what
 * must hold all the same stands in the keychain (standing.ts).
 */
export interface Journal {
  current(): Kept
  /** Durable when it resolves; changes follow each other. Rejects where the disk refuses: then it is as it was. */
  change(to: (kept: Kept) => Kept): Promise<void>
}

/** `isWhole`: false where what was there was damaged or not ours, and was set aside. */
export async function openJournal(userData: string, keychain: Keychain): Promise<{ readonly journal: Journal; readonly isWhole: boolean }> {
  const key = await keyIn(keychain).catch(() => undefined)
  // Without its key nothing on the disk can be believed, nor changed: what it says is for a start that has it.
  return key === undefined ? { isWhole: true, journal: inMemory() } : onDisk(path.join(userData, 'orders', 'journal.json'), key)
}

async function onDisk(file: string, key: Buffer): Promise<{ readonly journal: Journal; readonly isWhole: boolean }> {
  const found = await readFile(file, 'utf8').catch((error: unknown) => (isMissing(error) ? undefined : ''))
  const read = found === undefined ? nothing : readKept(found, key)
  let kept = read ?? nothing
  let isOurs = read !== undefined
  const turn = inTurn()

  async function write(next: Kept): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    // For whoever looks into it: the first that was not ours, as it was. What cannot be put aside holds no order up.
    if (!isOurs) await copyFile(file, path.join(path.dirname(file), 'journal.aside.json'), constants.COPYFILE_EXCL).catch(() => undefined)
    const text = JSON.stringify(next)
    await writeFileAtomic(file, `${macOf(text, key).toString('hex')} ${text}\n`, { mode: 0o600, fsync: true })
    isOurs = true
    kept = next
  }

  return {
    isWhole: read !== undefined,
    journal: {
      current: () => kept,
      change: (to) => turn(() => write(bounded(to(kept)))),
    },
  }
}

function inMemory(): Journal {
  let kept = nothing
  return { current: () => kept, change: async (to) => void (kept = bounded(to(kept))) }
}

function bounded(kept: Kept): Kept {
  return { ...kept, seen: kept.seen.slice(-mostSeen) }
}

async function keyIn(keychain: Keychain): Promise<Buffer> {
  const stored = await keychain.get(account)
  if (stored !== undefined && /^[0-9a-f]{64}$/.test(stored)) return Buffer.from(stored, 'hex')
  const key = randomBytes(32)
  await keychain.set(account, key.toString('hex'))
  return key
}

const macOf = (text: string, key: Buffer) => createHmac('sha256', key).update(text, 'utf8').digest()

function readKept(found: string, key: Buffer): Kept | undefined {
  const text = found.slice(65).trimEnd()
  const mac = Buffer.from(found.slice(0, 64), 'hex')
  const expected = macOf(text, key)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined
  const kept = Kept.safeParse(parsedJson(text))
  return kept.success ? kept.data : undefined
}
