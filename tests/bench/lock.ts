import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { atMost, type Figure, percentile } from './figures.ts'
import { withRig, withWorkplace } from './rig.ts'

const runs = 40

const Line = z.object({ at: z.iso.datetime(), event: z.string(), step: z.string().optional(), ms: z.number().optional(), to: z.string().optional() })

/** The application's own log of this profile, from the first line. */
function logOf(profile: string): readonly z.infer<typeof Line>[] {
  return readFileSync(path.join(profile, 'logs', 'chartkeep.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)))
}

/** Locks and unlocks with a chart open: the steps by main's own monotonic clock, the repainted chart by the page's. */
export function benchLock(): Promise<readonly Figure[]> {
  return withRig((rig) =>
    withWorkplace(rig, async ({ person, profile }) => {
      await (await person.sees('patient-row')).click()
      await person.sees('chart-banner')
      const unlocked: number[] = []
      for (let run = 0; run < runs; run += 1) {
        await person.lock()
        const page = await person.page()
        await person.unlock()
        await person.sees('chart-banner')
        const painted = await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              const look = () => {
                const mark = performance.getEntriesByName('chart:painted').at(-1)
                if (mark) resolve(performance.timeOrigin + mark.startTime)
                else requestAnimationFrame(look)
              }
              look()
            }),
        )
        const accepted = logOf(profile).findLast((line) => line.event === 'session.changed' && line.to === 'active')
        if (accepted) unlocked.push(painted - Date.parse(accepted.at))
      }
      const steps = (step: string) => logOf(profile).flatMap((line) => (line.event === 'lock.step' && line.step === step && line.ms !== undefined ? [line.ms] : []))
      return [
        atMost('lock order → no PHI on the window, p95', percentile(steps('swap'), 95), 'ms', 50),
        atMost('lock order → chart and records reaped, p95', percentile(steps('reap'), 95), 'ms', 400),
        atMost('PIN accepted → the same chart painted, p95', percentile(unlocked, 95), 'ms', 1_000),
      ]
    }),
  )
}
