import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { openDeskApp } from '../e2e/harness/desk-app.ts'
import { openWorkstation } from '../e2e/harness/workstation.ts'
import { atMost, type Figure, median, percentile } from './figures.ts'
import { withRig, withWorkplace } from './rig.ts'

const runs = 24

const Line = z.object({ at: z.iso.datetime(), event: z.string(), step: z.string().optional() })

/** When the views of this profile were swapped for a lock, by its log; epoch milliseconds. */
function swapsOf(profile: string): readonly number[] {
  const lines = readFileSync(path.join(profile, 'logs', 'chartkeep.log'), 'utf8').trim().split('\n').map((line) => Line.parse(JSON.parse(line)))
  return lines.filter(({ event, step }) => event === 'lock.step' && step === 'swap').map(({ at }) => Date.parse(at))
}

/**
 * Two applications and an EHR between them, on this machine: from the call that a click at the desk makes, over its audit, to the dark screen of a
 * clinician with a chart open. Both clocks are the machine's.
 */
export function benchOrders(): Promise<readonly Figure[]> {
  return withRig(async (rig) => {
    const deskPlace = await openWorkstation({ ehr: rig.ehr })
    try {
      const desk = await openDeskApp(await deskPlace.start(), rig.ehr, 'ihalvorsen')
      const known = await desk.stations()
      return await withWorkplace(rig, async ({ person, profile }) => {
        const deviceId = await desk.newcomer(known)
        const here = { workstations: [deviceId] }
        await (await person.sees('patient-row')).click()
        await person.sees('chart-banner')
        const dark: number[] = []
        for (let run = 0; run < runs; run += 1) {
          const before = swapsOf(profile).length
          const clicked = Date.now()
          const { id } = await desk.order('lock', here)
          await person.sees('lock-screen')
          const swap = swapsOf(profile)[before]
          if (swap === undefined) throw new Error('the lock is not in the log')
          dark.push(swap - clicked)
          await desk.became(id, deviceId, { state: 'taken', result: 'done' })
          await person.unlock()
          await person.sees('chart-banner')
        }
        console.log(`  click at the desk → dark screen, ${runs} orders: median ${median(dark).toFixed(0)} ms, longest ${Math.max(...dark).toFixed(0)} ms`)
        return [atMost('click at the desk → dark screen, p95', percentile(dark, 95), 'ms', 2_000)]
      })
    } finally {
      await deskPlace.close()
    }
  })
}
