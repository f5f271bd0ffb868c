import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { createFamily } from '../../build/run/family.ts'
import { atMost, type Figure, median, percentile } from './figures.ts'
import { checkFiles, openCrowd } from './fleet/crowd.ts'
import { openEhr } from './fleet/ehr.ts'
import { agreementCost, allOnline, costsWith, type LockAll, lockAll, quietCosts } from './fleet/measure.ts'
import { type Happening, simulate } from './fleet/simulate.ts'
import type { Costs } from './fleet/workstation.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** Real ones, on this machine, and how many processes hold them. */
const [real, processes] = [2_000, 4]
/** They start over so long. Milliseconds. */
const startOverMs = 25_000
/** Then the server is watched for so long, before the order. */
const restMs = 20_000
/** Simulated ones, and the cores of their server; other numbers of cores to compare. */
const [simulated, cores, otherCores] = [20_000, 8, [4, 16]]

const deskScopes = 'openid offline_access lockout.read lockout.order'
const stated = (figure: string, value: number, unit: string, floor?: number): Figure => ({ figure, value, unit, bar: 'stated', pass: true, ...(floor === undefined ? {} : { floor }) })
const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), 0)
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length

function seeded(seed: number): () => number {
  const generator = xorshift128plus(seed)
  return () => (generator.next() >>> 0) / 2 ** 32
}

interface RealFleet {
  readonly locked: LockAll
  readonly costs: Costs
  /** What the server takes of a core while they wait and report: %. */
  readonly atRest: number
}

/** So many real workstations against a sandbox of their own, until all of them are locked. */
async function realFleet(workstations: number, processes: number): Promise<RealFleet> {
  checkFiles(workstations)
  const family = createFamily()
  const state = await mkdtemp(path.join(tmpdir(), 'chartkeep-fleet-'))
  try {
    const ehr = await openEhr(family, root, state)
    const quiet = await quietCosts(ehr)
    const crowd = openCrowd(family, ehr.place, workstations, processes)
    const desks = [`Bearer ${await ehr.token('support', 0, deskScopes)}`, `Bearer ${await ehr.token('support', 1, deskScopes)}`] as const
    await crowd.register(await ehr.token('nurse', 0, 'openid user/*.rs'))
    const agreement = await agreementCost(ehr, desks, workstations)
    await crowd.begin(startOverMs)
    await allOnline(ehr, desks[0], workstations, 30_000)
    const atRest = ((await ehr.cost(() => wait(restMs))) / restMs) * 100
    const locked = await lockAll(ehr, crowd, desks, workstations)
    await Promise.all([crowd.end(), ehr.close()])
    return { locked, atRest, costs: costsWith(quiet, agreement, locked) }
  } finally {
    await family.end()
    await rm(state, { recursive: true, force: true })
  }
}

/** Orders to a whole hospital: as many real workstations as fit here, and ten times as many in a simulation with what those were seen to cost. */
export async function benchFleet(): Promise<readonly Figure[]> {
  const { locked, costs, atRest } = await realFleet(real, processes)
  return [
    atMost(`lock-all: agreement → last of ${real} real workstations told to lock`, most(locked.dark) / 1_000, 's', 5),
    stated('  median of them', median(locked.dark) / 1_000, 's'),
    stated('  until the desk knows that all are', locked.reportedMs / 1_000, 's'),
    stated(`the server while ${real} wait and report`, atRest, '% of a core'),
    ...Object.entries(costs).map(([name, value]) => stated(`the server's processor: ${name}`, value, 'ms')),
    ...simulatedFigures(costs),
  ]
}

const minute = 60_000

function simulatedFigures(costs: Costs): Figure[] {
  const run = (happening: Happening, untilMs: number, { workstations = simulated, random = seeded(20_261_128), on = cores } = {}) => simulate({ workstations, cores: on, costs, random }, [happening], untilMs)
  const lockAt = (workstations: number, on: number) => most(run({ kind: 'lock-all', at: 2 * minute }, 4 * minute, { workstations, on }).dark.map((at) => at - 2 * minute)) / 1_000
  const restart = (forMs: number, random?: () => number) => {
    const at = 2 * minute
    const { requests, back } = run({ kind: 'restart', at, forMs }, at + forMs + 3 * minute, random === undefined ? {} : { random })
    const [from, end] = [(at + forMs) / 1_000, most(back)]
    const coming = requests.slice(from, Math.ceil(end / 1_000))
    return { ratio: most(coming) / mean(coming), peak: most(coming), lastMs: end - at - forMs, isWhole: back.length === simulated }
  }
  const [short, long, together] = [restart(5_000), restart(minute), restart(minute, () => 1)]
  const storm = run({ kind: 'sign-ins', from: 5 * minute, to: 25 * minute }, 30 * minute)
  const of = `of ${simulated.toLocaleString('en-US')}`
  return [
    stated(`simulated: lock-all, the last of ${real}, one core`, lockAt(real, 1), 's'),
    ...[cores, ...otherCores].map((on) => stated(`simulated: lock-all, the last ${of}, ${on} cores`, lockAt(simulated, on), 's')),
    stated('simulated: server away for 5 s, peak over mean of requests a second until all are back', short.ratio, '×', short.peak),
    stated('  until the last is back', short.lastMs / 1_000, 's'),
    stated('simulated: server away for 60 s, the same', long.ratio, '×', long.peak),
    stated('  until the last is back', long.lastMs / 1_000, 's'),
    stated('  and without jitter', together.ratio, '×', together.peak),
    stated(`simulated: sign-ins ${of} over 20 minutes, p95 of what the server takes`, percentile(storm.signIns, 95), 'ms', costs.signIn),
    stated('  the longest', most(storm.signIns), 'ms'),
    stated(`  of ${cores} cores`, storm.load * 100, '%'),
  ]
}
