import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benchChart } from './chart.ts'
import { type Figure, table } from './figures.ts'
import { benchLock } from './lock.ts'
import { benchMemory } from './memory.ts'
import { benchScan } from './scan.ts'
import { benchScroll } from './scroll.ts'
import { benchStart } from './start.ts'

/** The parts of the bench, by the name that runs one alone: `npm run bench -- chart`. */
const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  start: benchStart,
  chart: benchChart,
  lock: benchLock,
  scroll: benchScroll,
  memory: benchMemory,
  scan: benchScan,
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}

const figures: Figure[] = []
for (const [name, run] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`… ${name}`)
  figures.push(...(await run()))
}
console.log(`\n${table(figures)}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`)
// A miss is reported, not hidden behind an exit code: the bench measures, it does not gate.
