import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceCache, type Survey, surveyCache, wholeCache } from '../../electron/records/testing/damage.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const dek = randomBytes(32)
const surveyor = new URL('../../electron/records/testing/damage-surveyor.ts', import.meta.url).pathname

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const known = () => ({ folder, dek })

describe('a damaged cache file never gives other data @164.312(c)(1)', () => {
  const count = 60
  /** As `records` may end so often over one damage before it gives the cache up, and is then to work. */
  const mostDeaths = 3

  /** Surveys damage after damage in a process that may die of one; resolves with what each came to. */
  async function survey(seed: number, trials: number): Promise<readonly Survey[]> {
    const file = join(folder, 'good.db')
    const place = { folder: mkdtempSync(join(folder, 'damaged-')), dek }
    writeFileSync(file, wholeCache(place, count))
    const surveys: Survey[] = []
    let deaths = 0
    while (surveys.length < trials) {
      const args = [file, place.folder, dek.toString('hex'), count, seed, surveys.length, trials, ...(deaths > 0 ? ['again'] : [])].map(String)
      const child = spawn(process.execPath, [surveyor, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
      const before = surveys.length
      // Its words, a line for each trial, in the shape that it writes.
      for await (const line of createInterface(child.stdout)) surveys.push(JSON.parse(line) as Survey)
      deaths = surveys.length > before ? 1 : deaths + 1
      if (deaths > mostDeaths) throw new Error(`seed ${seed}, trial ${surveys.length}: the process dies of it again and again`)
    }
    return surveys
  }

  it('with one byte changed, at many places', { timeout: isCampaign ? 1_800_000 : 60_000 }, async () => {
    const trials = isCampaign ? 5_000 : 60
    const seed = isCampaign ? randomInt(2 ** 30) : 20_261_123
    const surveys = await survey(seed, trials)
    const total = { right: 0, gone: 0, refused: 0 }
    for (const [trial, found] of surveys.entries()) {
      expect({ seed, trial, wrong: found.wrong, all: found.right + found.gone + found.refused }).toEqual({ seed, trial, wrong: 0, all: count })
      total.right += found.right
      total.gone += found.gone
      total.refused += found.refused
    }
    expect(surveys).toHaveLength(trials)
    // It was damage: some of it was noticed, and most rows were spared.
    expect(total.gone + total.refused).toBeGreaterThan(trials / 5)
    expect(total.right).toBeGreaterThan(total.refused)
  })

  it('at the beginning of any of its pages: what does not open, or opens and cannot be counted, is put aside', { timeout: 60_000 }, () => {
    const good = wholeCache(known(), count)
    for (let at = 0; at < good.length; at += 4_096) {
      const hurt = Buffer.from(good)
      hurt[at] = (hurt[at] ?? 0) ^ 1
      replaceCache(known(), hurt)
      expect({ at, ...surveyCache(known(), count) }).toMatchObject({ at, wrong: 0 })
    }
  })

  it('cut off anywhere', { timeout: 60_000 }, () => {
    const good = wholeCache(known(), count)
    for (let tenth = 0; tenth < 10; tenth += 1) {
      replaceCache(known(), good)
      truncateSync(join(folder, 'cache.db'), Math.floor((good.length * tenth) / 10) + tenth)
      const found = surveyCache(known(), count)
      expect({ wrong: found.wrong, all: found.right + found.gone + found.refused }).toEqual({ wrong: 0, all: count })
    }
  })
})
