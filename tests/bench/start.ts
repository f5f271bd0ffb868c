import { _electron, errors, type ElectronApplication } from 'playwright'
import { launchChartkeep } from '../e2e/harness/launch.ts'
import { electronPath } from '../e2e/harness/surroundings.ts'
import { type Figure, median } from './figures.ts'
import { buildFloor } from './floor/build.ts'
import { type Rig, withRig } from './rig.ts'

const runs = 12
/** What Playwright has not seen by then it never sees. */
const seenWithin = 15_000

/**
 * From spawn to the first contentful paint of the page, by the wall clock that both processes share. Milliseconds. A start that Playwright attaches to while
 * the page is on its way from one process to another is never seen by it: such a one has no time, is said, and another one is measured.
 */
async function toFirstPaint(launch: () => Promise<ElectronApplication>): Promise<number> {
  for (let left = 3; ; left -= 1) {
    try {
      return await paintOf(launch)
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || left === 0) throw error
      console.log('one start was not seen by Playwright, and is measured anew')
    }
  }
}

async function paintOf(launch: () => Promise<ElectronApplication>): Promise<number> {
  const spawned = Date.now()
  const app = await launch()
  try {
    const page = await app.firstWindow({ timeout: seenWithin })
    const painted = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const tell = (entry: PerformanceEntry) => resolve(performance.timeOrigin + entry.startTime)
          const there = performance.getEntriesByName('first-contentful-paint')[0]
          if (there) tell(there)
          else new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').slice(0, 1).forEach(tell)).observe({ type: 'paint', buffered: true })
        }),
    )
    return painted - spawned
  } finally {
    await app.close()
  }
}

export function launchFloor(folder: string): Promise<ElectronApplication> {
  return _electron.launch({ executablePath: electronPath(), args: [folder], chromiumSandbox: true, timeout: seenWithin })
}

/** Spawn to sign-in screen, warm, in pairs with an empty Electron and React window. */
export function benchStart(): Promise<readonly Figure[]> {
  return withRig(async (rig: Rig) => {
    const floor = await buildFloor(rig.folder('floor'))
    const profile = rig.folder('profile')
    const ours = () => launchChartkeep({ policyFile: rig.ehr.place.policyFile, userData: profile, unheld: true, watchedWithin: seenWithin })
    // Warm: what is on disk has been read once, and the profile exists.
    await toFirstPaint(() => launchFloor(floor))
    await toFirstPaint(ours)
    const pairs: { ours: number; floor: number }[] = []
    for (let run = 0; run < runs; run += 1) pairs.push({ floor: await toFirstPaint(() => launchFloor(floor)), ours: await toFirstPaint(ours) })
    const ratio = median(pairs.map((pair) => pair.ours / pair.floor))
    return [
      { figure: 'spawn → sign-in painted, warm', value: ratio, unit: '×', bar: '≤ 1.3 × floor', pass: ratio <= 1.3, floor: 1 },
      { figure: '  the same in time', value: median(pairs.map((pair) => pair.ours)), unit: 'ms', bar: 'stated', pass: true, floor: median(pairs.map((pair) => pair.floor)) },
    ]
  })
}
