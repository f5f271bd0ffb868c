import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { benchAlerts } from './alerts.ts'
import { benchAudit } from './audit.ts'
import { benchChart } from './chart.ts'
import { type Figure, table } from './figures.ts'
import { benchFiles } from './files.ts'
import { benchFleet } from './fleet.ts'
import { benchLock } from './lock.ts'
import { benchMemory } from './memory.ts'
import { benchOrders } from './orders.ts'
import { benchRotation } from './rotation.ts'
import { benchSandbox } from './sandbox.ts'
import { benchScan } from './scan.ts'
import { benchScroll } from './scroll.ts'
import { benchSearch } from './search.ts'
import { benchStart } from './start.ts'
import { benchVault } from './vault.ts'

/** The parts of the bench, by the name that runs one alone: `npm run bench -- chart`. */
const parts: Readonly<Record<string, (patients?: number) => Promise<readonly Figure[]>>> = {
  start: benchStart,
  chart: benchChart,
  lock: benchLock,
  scroll: benchScroll,
  memory: benchMemory,
  scan: benchScan,
  audit: benchAudit,
  sandbox: benchSandbox,
  search: benchSearch,
  alerts: benchAlerts,
  vault: benchVault,
  orders: benchOrders,
  rotation: benchRotation,
  files: benchFiles,
  fleet: benchFleet,
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' }, patients: { type: 'string' } } })
/** Undefined: as many as a part is made for. */
const patients = values.patients === undefined ? undefined : z.coerce.number().int().min(50).parse(values.patients)
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}

const figures: Figure[] = []
for (const [name, run] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`… ${name}`)
  figures.push(...(await run(patients)))
}
console.log(`\n${table(figures)}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`)
// A miss is reported, not hidden behind an exit code: the bench measures, it does not gate.
