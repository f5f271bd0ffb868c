import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { processTree } from '../security/memory/process-tree.ts'
import type { Figure } from './figures.ts'
import { buildFloor } from './floor/build.ts'
import { type Rig, withRig, withWorkplace } from './rig.ts'
import { launchFloor } from './start.ts'

/** Proportional set size of a process and all that descend from it, from `/proc/<pid>/smaps_rollup`. Megabytes. */
export function pssOf(root: number): number {
  let kilobytes = 0
  for (const { pid } of processTree(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch (error) {
      // A process that ended meanwhile holds nothing; one that we may not read would be left out, and is not tolerated.
      if (error instanceof Error && 'code' in error && error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
    }
  }
  return kilobytes / 1_024
}

/** Time for caches and start-up work to settle before memory is read, the same for both. Milliseconds. */
const settle = 4_000

export function benchMemory(): Promise<readonly Figure[]> {
  return withRig(async (rig: Rig) => {
    const empty = await launchFloor(await buildFloor(rig.folder('floor')))
    await empty.firstWindow()
    await wait(settle)
    const floor = pssOf(empty.process().pid ?? 0)
    await empty.close()
    return withWorkplace(rig, async ({ app, person }) => {
      await (await person.sees('patient-row')).click()
      await person.sees('chart-banner')
      await wait(settle)
      const value = pssOf(app.process().pid ?? 0)
      return [{ figure: 'memory, chart open and spare warm (PSS)', value, unit: 'MB', bar: '≤ 2.0 × floor', pass: value <= 2 * floor, floor }]
    })
  })
}
