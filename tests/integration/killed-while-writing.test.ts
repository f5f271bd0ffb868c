import { randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deskOf, profileIn } from './killed/desk.ts'
import { type Aim, aims, liveAndDie } from './killed/life.ts'
import { type Kept, type Loss, nothingKept, survey } from './killed/survey.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const kills = isCampaign ? 1_000 : 24
const first = isCampaign ? randomInt(2 ** 30) : 20_261_128
/** At once, each with a profile of its own: most of a life is waiting. */
const lanes = 4

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chartkeep-kill-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const percentile = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0

describe('kill -9 while notes and changes are written', () => {
  it('loses at most the last half second, nothing that was answered as saved, and damages nothing', { timeout: isCampaign ? 3_600_000 : 120_000 }, async () => {
    const fallen: Fallen[] = []
    let next = 0
    const lane = async (index: number) => {
      const folder = join(root, String(index))
      mkdirSync(folder)
      const desk = deskOf(profileIn(folder))
      await desk.begin()
      desk.close()
      let kept: Kept = nothingKept
      while (next < kills) {
        const seed = first + next
        next += 1
        const life = await liveAndDie(folder, seed, kept.lastOrder)
        const found = await survey(folder, seed, life, kept)
        fallen.push({ aim: life.aim, loss: found.loss, last: life.said.findLast(([word]) => word !== 'killed' && word !== 'beat')?.join(' ').replace(/\d[\d.]*/g, 'n') ?? 'nothing' })
        kept = found.kept
      }
      expect(readdirSync(profileIn(folder).vault).filter((name) => name.includes('aside'))).toEqual([])
    }
    const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, index) => lane(index).finally(() => (next = kills))))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    expect(fallen).toHaveLength(kills)
    if (isCampaign) console.log(report(fallen))
  })
})

interface Fallen {
  readonly aim: Aim
  readonly loss: Loss
  /** What it said last. */
  readonly last: string
}

/** What was lost, and where the kills fell. */
function report(fallen: readonly Fallen[]): string {
  const line = (name: string, values: readonly number[]) => `${name}: ${values.length} kills, lost at most ${percentile(values, 1).toFixed(0)} ms, p95 ${percentile(values, 0.95).toFixed(0)} ms, median ${percentile(values, 0.5).toFixed(0)} ms`
  const fell = new Map<string, number>()
  for (const { last } of fallen) fell.set(last, (fell.get(last) ?? 0) + 1)
  return [
    line('all', fallen.map(({ loss }) => loss.own)),
    line('all, with the waits of the machine', fallen.map(({ loss }) => loss.passed)),
    ...aims.map((aim) => line(aim, fallen.filter((each) => each.aim === aim).map(({ loss }) => loss.own))),
    ...[...fell].sort((a, b) => b[1] - a[1]).map(([last, count]) => `last said "${last}": ${count}`),
  ].join('\n')
}
