import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../electron/records/cache/open-store.ts'
import type { RowAddress } from '../../electron/records/cache/rows.ts'
import { createKeyring } from '../../electron/records/keys/keyring.ts'
import { createOpenVault, type OpenVault } from '../../electron/records/keys/open-vault.ts'
import { purposes } from '../../electron/records/keys/purposes.ts'
import { atMost, type Figure, median, percentile } from './figures.ts'

/** As the bars of the vault are stated. */
const records = 100_000
const recordBytes = 1_500
const summary = 150
const charts = 500
const openings = 40
/** How often a chart is opened, at the most. Milliseconds. */
const between = 400

const clock = { now: () => Date.now() }
const chartOf = (index: number) => Math.floor(index / (records / charts))
const addressOf = (index: number): RowAddress => ({ purpose: 'chart', patient: `patient-${chartOf(index)}`, what: `record-${index}` })

/** A vault of 100,000 records whose DEK is replaced, and what somebody notices of it who opens charts meanwhile. */
export async function benchRotation(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-bench-rotation-'))
  try {
    const [older, newer] = [randomBytes(32), randomBytes(32)]
    fill(folder, older)
    const before = openVault(folder, undefined, older)
    const alone = await openCharts(before, () => true)
    before.close()

    const vault = openVault(folder, older, newer)
    const start = performance.now()
    let isMoving = true
    const moved = new Promise<number>((resolve, reject) => {
      vault.move(folder, {
        done(forget) {
          isMoving = false
          forget()
          resolve(performance.now() - start)
        },
        failed: (kind) => reject(new Error(`it was not moved: ${kind}`)),
      })
    })
    const [took, meanwhile] = await Promise.all([moved, openCharts(vault, () => isMoving)])
    for (const index of [0, 1, records - 1]) if (vault.current().cache.get(addressOf(index))?.plain.length !== recordBytes) throw new Error('a record is not what was written')
    vault.close()
    return [
      atMost(`another key for ${records} records, while charts are opened`, took / 1_000, 's', 600),
      // The bar of a summary that nothing is moved beside.
      atMost(`${summary} records of a chart from the click on, meanwhile, p95`, percentile(meanwhile, 95), 'ms', 15, percentile(alone, 95)),
      atMost('what it adds to them at the median', median(meanwhile) - median(alone), 'ms', 5, median(alone)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function fill(folder: string, dek: Buffer): void {
  const body = randomBytes(recordBytes)
  const store = openStore({ folder, name: 'cache', keyring: createKeyring(Buffer.from(dek), new Set(purposes)), user: 'bench', clock, known: 0, report: () => undefined })
  for (let from = 0; from < records; from += 500) store.rows.write(Array.from({ length: 500 }, (_, step) => ({ do: 'put', address: addressOf(from + step), plain: body, asOf: from + step })))
  store.rows.close()
}

/** The last click, and whether its chart is read: the rotation leaves off while somebody waits, as in `records`. */
let lastRead = Number.NEGATIVE_INFINITY
const isBusy = () => performance.now() - lastRead < 250

function openVault(folder: string, older: Buffer | undefined, newer: Buffer): OpenVault {
  const vault = createOpenVault({ folder, userKey: 'bench', purposes: new Set(purposes), clock, report: () => undefined, isBusy, later: (act, ms) => void setTimeout(act, ms) })
  const generation = older === undefined ? 1 : 2
  vault.open(folder, { generation, key: Buffer.from(newer) }, older && { generation: 1, key: Buffer.from(older) }, 0, 0)
  return vault
}

/** Milliseconds for each, from the moment that it was due: a step that is under way then counts. */
async function openCharts(vault: OpenVault, goesOn: () => boolean): Promise<readonly number[]> {
  const times: number[] = []
  while (times.length < openings && goesOn()) {
    const due = performance.now() + between * (0.75 + Math.random() / 2)
    await pause(Math.max(0, due - performance.now()))
    const first = Math.floor(Math.random() * charts) * (records / charts)
    for (let step = 0; step < summary; step += 1) if (vault.current().cache.get(addressOf(first + step)) === undefined) throw new Error('a record is not there')
    lastRead = performance.now()
    times.push(lastRead - due)
  }
  return times
}
