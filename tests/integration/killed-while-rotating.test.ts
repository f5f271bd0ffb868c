import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { describe, expect, it } from 'vitest'
import type { StoreEvent } from '../../electron/records/cache/open-store.ts'
import { addressOf, epoch, fill, openBetween, rowsOf, textOf } from '../../electron/records/testing/rotation.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const mover = new URL('../../electron/records/testing/row-mover.ts', import.meta.url).pathname

/** Lets a real process move rows and kills it so many milliseconds after it has begun; tells what it said before. */
async function moveAndKill(folder: string, older: Buffer, newer: Buffer, known: number, after: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [mover, folder, older.toString('hex'), newer.toString('hex'), String(known)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const wasBegun = text.includes('begun')
    text += chunk.toString()
    if (!wasBegun && text.includes('begun')) setTimeout(() => child.kill('SIGKILL'), after)
  })
  await once(child, 'close')
  // One that could not begin would be taken for one that was killed.
  expect(text).toContain('begun')
  return text.split('\n').filter((line) => line !== '')
}

/** Opens it as the next session does, and looks at everything that was ever kept; gives the epoch in which it is left. */
function survey(folder: string, older: Buffer, newer: Buffer, known: number, told: StoreEvent[]): number {
  const vault = openBetween(folder, older, newer, known, (event) => told.push(event))
  for (const name of ['work', 'cache'] as const) {
    for (let index = 0; index < rowsOf[name]; index += 1) expect([name, index, vault.current()[name].get(addressOf(name, index))?.plain.toString()]).toEqual([name, index, textOf(name, index)])
  }
  return vault.close() ?? expect.fail('its files were not open')
}

describe('kill -9 while everything is put under another key @164.312(a)(2)(iv)', () => {
  it('loses no row, damages none, is taken for no older copy, and is gone on with to its end', { timeout: isCampaign ? 3_600_000 : 60_000 }, async () => {
    const seed = isCampaign ? randomInt(2 ** 31) : 11
    const rng = xoroshiro128plus(seed)
    const longest = isCampaign ? 12 : 40
    let kills = 0
    // A vault is killed about 120 times on its way.
    for (let vaults = 0; vaults < (isCampaign ? 8 : 1); vaults += 1) {
      const folder = mkdtempSync(join(tmpdir(), 'chartkeep-rotating-'))
      const [older, newer] = [randomBytes(32), randomBytes(32)]
      fill(folder, older)
      let known: number = epoch
      const told: StoreEvent[] = []
      let said: readonly string[] = []
      // The newer files are made before anything is in them, as a rotation does.
      openBetween(folder, older, newer, 0, () => undefined).close()
      while (!said.includes('done')) {
        said = await moveAndKill(folder, older, newer, known, uniformInt(rng, 0, longest))
        kills += said.includes('done') ? 0 : 1
        expect({ seed, said: said.filter((line) => line !== 'begun' && line !== 'done') }).toEqual({ seed, said: [] })
        known = survey(folder, older, newer, known, told)
        expect({ seed, told }).toEqual({ seed, told: [] })
      }
      rmSync(folder, { recursive: true })
    }
    expect(kills).toBeGreaterThan(0)
  })
})
