import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyDamaged, makeProfile, type ProfileKeys, type ProfileSurvey, surveyProfile } from '../../electron/records/testing/damaged-profile.ts'

const extent = process.env['CHARTKEEP_CAMPAIGN']
const surveyor = new URL('../../electron/records/testing/profile-surveyor.ts', import.meta.url).pathname
/** As `records` may end so often over one damage before it gives a file up; there are two files. */
const mostDeaths = 6
/** What is in a whole profile. */
const all = 52

let folder: string
let good: string
let keys: ProfileKeys
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-profile-'))
  good = join(folder, 'good')
  mkdirSync(good)
  keys = await makeProfile(good)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Surveys damage after damage in a process that may die of one; resolves with what each came to. */
async function survey(seed: number, trials: number): Promise<readonly ProfileSurvey[]> {
  const surveys: ProfileSurvey[] = []
  let deaths = 0
  while (surveys.length < trials) {
    const args = [good, join(folder, 'damaged'), keys.share, keys.part, seed, surveys.length, trials, ...(deaths > 0 ? ['again'] : [])].map(String)
    const child = spawn(process.execPath, [surveyor, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    const before = surveys.length
    // Its words, a line for each trial, in the shape that it writes.
    for await (const line of createInterface(child.stdout)) surveys.push(JSON.parse(line) as ProfileSurvey)
    deaths = surveys.length > before ? 1 : deaths + 1
    if (deaths > mostDeaths) throw new Error(`seed ${seed}, trial ${surveys.length}: the process dies of it again and again`)
  }
  return surveys
}

describe('a profile with one byte changed anywhere @164.312(c)(1)', () => {
  it('is whole without: all of it is right, and nothing is told', async () => {
    copyDamaged(good, join(folder, 'damaged'), 0, -1)
    expect(await surveyProfile(join(folder, 'damaged'), keys)).toEqual({ right: all, gone: 0, refused: 0, wrong: 0, noticed: 0 })
  })

  it('is opened though its entries cannot be counted to their end', async () => {
    // Where `npm run torture` found it: the file opens, and SQLite calls a page malformed while they are counted.
    copyDamaged(good, join(folder, 'damaged'), 1_005_873_377, 301)
    expect(await surveyProfile(join(folder, 'damaged'), keys)).toMatchObject({ wrong: 0 })
  })

  it('opens and keeps again whichever of its pages is rubbish', async () => {
    for (const file of ['work.db', 'cache.db']) {
      const pages = Math.floor(statSync(join(good, file)).size / 4096)
      for (let page = 0; page < pages; page += 3) {
        copyDamaged(good, join(folder, 'damaged'), 0, -1)
        const handle = openSync(join(folder, 'damaged', file), 'r+')
        writeSync(handle, Buffer.alloc(64, 0x5a), 0, 64, page * 4096 + 16)
        closeSync(handle)
        expect({ file, page, wrong: (await surveyProfile(join(folder, 'damaged'), keys)).wrong }).toEqual({ file, page, wrong: 0 })
      }
    }
  })

  it('gives what was kept or refuses it, and never anything else; what is lost is told', { timeout: extent === undefined ? 60_000 : 3_600_000 }, async () => {
    const trials = extent === undefined ? 60 : 10_000
    const seed = extent === undefined ? 20_261_125 : randomInt(2 ** 30)
    const surveys = await survey(seed, trials)
    expect(surveys).toHaveLength(trials)
    const total = { right: 0, lost: 0 }
    for (const [trial, { right, gone, refused, wrong, noticed }] of surveys.entries()) {
      expect({ seed, trial, wrong }).toEqual({ seed, trial, wrong: 0 })
      // No row is missing in silence: whoever lacks one has been told.
      if (right < all) expect({ seed, trial, isTold: noticed > 0 }).toEqual({ seed, trial, isTold: true })
      total.right += right
      total.lost += gone + refused
    }
    expect(total.right).toBeGreaterThan(0)
    expect(total.lost).toBeGreaterThan(0)
  })
})
