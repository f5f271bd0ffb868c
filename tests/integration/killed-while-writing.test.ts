import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../electron/records/cache/database.ts'
import { sealedRows } from '../../electron/records/cache/sealed-rows.ts'
import { createKeyring } from '../../electron/records/keys/keyring.ts'
import { purposes } from '../../electron/records/keys/purposes.ts'
import { createDrafts } from '../../electron/records/work/drafts.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const writer = new URL('../../electron/records/testing/draft-writer.ts', import.meta.url).pathname

/** Lets a real process write drafts and kills it after so many were answered, at whatever it is doing then. */
async function writeAndKill(folder: string, dek: Buffer, from: number, after: number): Promise<number> {
  const child = spawn(process.execPath, [writer, folder, dek.toString('hex'), String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > after) child.kill('SIGKILL')
  })
  await once(child, 'close')
  // The last line may be half: the number before it was answered whole.
  return Number(text.split('\n').at(-2))
}

function readDraft(folder: string, dek: Buffer): { number: number; wasSetAside: boolean } {
  const keyring = createKeyring(Buffer.from(dek), new Set(purposes))
  const { database, wasSetAside } = openDatabase(folder, 'work', keyring, 'full')
  const rows = sealedRows({ database, name: 'work', keyring, user: 'a', clock: { now: () => 0 }, damaged: 'keep-aside' })
  const draft = createDrafts(rows, () => true).read('ann')
  rows.close()
  expect(draft?.text).toBe(`${draft?.caret} ${'typed '.repeat(500)}`)
  return { number: draft?.caret ?? 0, wasSetAside }
}

describe('kill -9 while a note is written', () => {
  it('loses nothing that was answered as saved, and damages nothing', { timeout: isCampaign ? 600_000 : 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-kill-'))
    const dek = randomBytes(32)
    const rng = xoroshiro128plus(isCampaign ? randomInt(2 ** 31) : 9)
    let number = 0
    for (let time = 0; time < (isCampaign ? 100 : 4); time += 1) {
      const answered = await writeAndKill(folder, dek, number, uniformInt(rng, 1, 60))
      const found = readDraft(folder, dek)
      expect(found.wasSetAside).toBe(false)
      expect(found.number).toBeGreaterThanOrEqual(answered)
      number = found.number
    }
    expect(readdirSync(folder).filter((name) => name.includes('aside'))).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
