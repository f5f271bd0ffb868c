import { randomBytes } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { ChartkeepError } from '../../../shared/errors.ts'
import { openDatabase } from '../cache/database.ts'
import { openStore, type StoreEvent } from '../cache/open-store.ts'
import type { RowAddress } from '../cache/rows.ts'
import { readKeyFile, writeKeyFile } from '../keys/key-file.ts'
import { createKeyring, type DatabaseName } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { unwrapWithShare, wrapUnderShare } from '../keys/wrap.ts'
import { keepsAgain } from './damage.ts'

/** What opens the profile of a test, as a person who has signed in has it. */
export interface ProfileKeys {
  readonly share: string
  readonly part: string
}

const names: readonly DatabaseName[] = ['work', 'cache']
const rowsOf = { work: 12, cache: 40 } as const
/** In which both files are left. */
const epoch = 5
const user = 'a'
const clock = { now: () => 1_700_000_000_000 }

const addressOf = (name: DatabaseName, index: number): RowAddress => ({ purpose: name === 'work' ? 'draft' : 'chart', patient: `patient-${index % 7}`, what: `what-${index}` })
const textOf = (name: DatabaseName, index: number) => `${name} ${index} `.repeat(120)
const keyringOf = (dek: Uint8Array) => createKeyring(Buffer.from(dek), new Set(purposes))

/** A profile with notes and a cache: its key file, and two databases that are each in one file. */
export async function makeProfile(folder: string): Promise<ProfileKeys> {
  const dek = randomBytes(32)
  const [share, part] = [randomBytes(32), randomBytes(32)]
  await writeKeyFile(folder, { current: { slots: [wrapUnderShare({ generation: 1, key: dek }, Buffer.from(share), { id: 'part-1', part: Buffer.from(part) }, user)] } })
  for (const name of names) {
    const store = openStore({ folder, name, keyring: keyringOf(dek), user, clock, known: 0, report: () => undefined })
    for (let index = 0; index < rowsOf[name]; index += 1) store.rows.put(addressOf(name, index), Buffer.from(textOf(name, index)), 1_000 + index)
    store.raise(epoch)
    store.rows.close()
    const { database } = openDatabase(folder, name, keyringOf(dek), 'full')
    database.prepare('pragma wal_checkpoint(truncate)').all([])
    database.close()
  }
  for (const file of readdirSync(folder)) if (/-(wal|shm)$/.test(file)) rmSync(join(folder, file))
  return { share: share.toString('base64'), part: part.toString('base64') }
}

/** A copy of it with one byte changed, anywhere in any of its files, each file as often as the others: which one follows from the seed and the trial. */
export function copyDamaged(good: string, folder: string, seed: number, trial: number): void {
  rmSync(folder, { recursive: true, force: true })
  cpSync(good, folder, { recursive: true })
  if (trial < 0) return
  const rng = xoroshiro128plus(seed + trial * 7919)
  const files = readdirSync(folder).sort()
  const file = join(folder, files[uniformInt(rng, 0, files.length - 1)] ?? '')
  const bytes = readFileSync(file)
  const at = uniformInt(rng, 0, bytes.length - 1)
  bytes[at] = (bytes[at] ?? 0) ^ uniformInt(rng, 1, 255)
  writeFileSync(file, bytes)
}

/** `noticed`: anything was refused, put aside or told. `wrong`: something came that was never kept. */
export type ProfileSurvey = Record<'right' | 'gone' | 'refused' | 'wrong' | 'noticed', number>

/** Opens the profile as `records` does and reads everything there is; then keeps something and reads it back. */
export async function surveyProfile(folder: string, keys: ProfileKeys): Promise<ProfileSurvey> {
  const found = { right: 0, gone: 0, refused: 0, wrong: 0, noticed: 0 }
  const dek = await openDek(folder, keys)
  if (dek === undefined) return { ...found, noticed: 1 }
  for (const name of names) surveyStore(folder, name, dek, found)
  return found
}

/** Undefined: refused. */
async function openDek(folder: string, keys: ProfileKeys): Promise<Buffer | undefined> {
  try {
    const slot = (await readKeyFile(folder))?.current.slots.find(({ kind }) => kind === 'share')
    return slot?.kind === 'share' ? unwrapWithShare(slot, Buffer.from(keys.share, 'base64'), Buffer.from(keys.part, 'base64'), user)?.key : undefined
  } catch (error) {
    if (error instanceof ChartkeepError && ['vault-corrupt', 'vault-newer', 'vault-older'].includes(error.kind)) return undefined
    throw error
  }
}

function surveyStore(folder: string, name: DatabaseName, dek: Buffer, found: ProfileSurvey): void {
  const report = (_event: StoreEvent) => void (found.noticed += 1)
  const { rows } = openStore({ folder, name, keyring: keyringOf(dek), user, clock, known: epoch, report })
  for (let index = 0; index < rowsOf[name]; index += 1) {
    try {
      const row = rows.get(addressOf(name, index))
      if (row === undefined) found.gone += 1
      else if (row.asOf === 1_000 + index && row.plain.toString() === textOf(name, index)) found.right += 1
      else found.wrong += 1
    } catch (error) {
      if (!(error instanceof ChartkeepError) || error.kind !== 'vault-corrupt') throw error
      found.refused += 1
      found.noticed += 1
    }
  }
  const address: RowAddress = { purpose: 'place', patient: '', what: 'new' }
  if (!keepsAgain(rows, address, name === 'work' ? 1 : 3)) found.wrong += 1
  rows.close()
}
