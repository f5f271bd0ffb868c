import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { createFamily, type Family } from '../../build/run/family.ts'
import { startSandbox } from '../../build/run/sandbox.ts'
import { freshSandboxState } from '../../build/run/sandbox-state.ts'
import { searchPath, sectionQueries } from '../../electron/records/fhir/sections.ts'
import { keptSetting } from '../../sandbox/fhir/index.ts'
import { caseId } from '../../sandbox/people/index.ts'
import { sections } from '../../shared/contract/index.ts'
import { accountNamed } from '../e2e/harness/surroundings.ts'
import { type Bare, openBare } from './bare.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { pssOf } from './memory.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** Charts whose every request is timed, spread over the whole population; and the two heaviest, by themselves. */
const charts = 200
const roundsOfHeaviest = 20
const starts = 5

/** What making a population promises (sandbox/README.md): over a million records at ten thousand patients, within five minutes; more take longer. Seconds. */
const recordsEach = 100
const madeIn = { least: 300, each: 0.03 }

const Made = z.object({ records: z.number(), seconds: z.number(), peakMegabytes: z.number() })

/** Each request of a chart, by a name for the table. */
function requestsOf(patient: string): readonly { readonly name: string; readonly address: string }[] {
  return sections.flatMap((section) => {
    const query = sectionQueries[section]
    if (query.kind === 'read') return [{ name: section, address: `${query.type}/${patient}` }]
    return query.searches.map((search, place) => ({ name: place === 0 ? section : `${section} (${place + 1})`, address: searchPath(search, patient) }))
  })
}

async function timed(bare: Bare, patients: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>()
  for (const patient of patients) {
    for (const { name, address } of requestsOf(patient)) {
      const took = await bare.time(address)
      times.set(name, [...(times.get(name) ?? []), took])
    }
  }
  return times
}

const stated = (figure: string, value: number, unit: string): Figure => ({ figure, value, unit, bar: 'stated', pass: true })

/** Starts the kept population again and again; the last one goes on. */
async function startAgain(family: Family, state: string, patients: number) {
  const took: number[] = []
  for (let run = 0; ; run += 1) {
    const began = performance.now()
    const sandbox = await startSandbox(family, root, { state, patients, stdio: 'ignore' })
    took.push(performance.now() - began)
    if (run + 1 === starts) return { sandbox, took }
    const gone = new Promise((resolve) => sandbox.process.once('close', resolve))
    sandbox.process.kill('SIGTERM')
    await gone
  }
}

/** The sandbox EHR at a hospital's size: making it, starting it, each request of a chart over HTTP with a physician's token, its memory. */
export async function benchSandbox(patients = 10_000): Promise<readonly Figure[]> {
  const family = createFamily()
  const state = await mkdtemp(path.join(tmpdir(), 'chartkeep-size-'))
  try {
    await freshSandboxState(family, root, state, patients)
    const database = path.join(state, 'fhir.db')
    const made = Made.parse(JSON.parse(keptSetting(database, 'population') ?? 'null'))
    const size = statSync(database).size / 1e9
    const { sandbox, took } = await startAgain(family, state, patients)
    const physician = accountNamed(sandbox, 'aokafor')
    const bare = await openBare({ ehr: { place: sandbox }, physician })
    const found = await bare.spread(charts)
    const times = await timed(bare, found.map(({ id }) => id))
    const heaviest = await timed(bare, Array.from({ length: roundsOfHeaviest }, () => caseId(1, 'heaviest')))
    const searches: number[] = []
    for (const { family: name } of found) searches.push(await bare.time(`Patient?name=${encodeURIComponent(name)}&_count=50`))
    const memory = pssOf(sandbox.process.pid ?? 0)
    await bare.close()
    const of = `at ${patients.toLocaleString('en-US')} patients`
    return [
      { figure: `records ${of}`, value: made.records / 1e6, unit: 'million', bar: `≥ ${(patients * recordsEach) / 1e6} million`, pass: made.records >= patients * recordsEach },
      atMost('  made in', made.seconds, 's', Math.max(madeIn.least, patients * madeIn.each)),
      atMost('  most memory while they were made (RSS)', made.peakMegabytes, 'MB', 1_500),
      stated('  on disk', size, 'GB'),
      atMost(`start with the kept population, slowest of ${starts}`, Math.max(...took) / 1000, 's', 3),
      ...[...times].map(([name, each]) => atMost(`${name} ${of}, p95`, percentile(each, 95), 'ms', 25)),
      ...[...heaviest].map(([name, each]) => atMost(`  ${name} of the heaviest chart, p95`, percentile(each, 95), 'ms', 25)),
      stated(`search by a family name ${of}, p95`, percentile(searches, 95), 'ms'),
      atMost('memory of the sandbox while it serves (PSS)', memory, 'MB', 600),
    ]
  } finally {
    await family.end()
    await rm(state, { recursive: true, force: true })
  }
}
