import type { Page } from 'playwright'
import { caseId } from '../../sandbox/people/index.ts'
import { openBare } from './bare.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { type Rig, withRig, withWorkplace } from './rig.ts'

/** The seed of the sandbox's own population. */
const seed = 1
/** One turn of a wheel, as fast as a hand turns it. Pixels, milliseconds. */
const turn = 240
const betweenTurns = 16

interface Frames {
  readonly intervals: readonly number[]
  /** How far the list was scrolled, in pixels. */
  readonly distance: number
}

/** Records the time between frames, in milliseconds, until `stop` is called in the page. */
const startRecording = (page: Page) =>
  page.evaluate(() => {
    const intervals: number[] = []
    let last = performance.now()
    let isOver = false
    const frame = (now: number) => {
      intervals.push(now - last)
      last = now
      if (!isOver) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    Object.assign(globalThis, {
      benchStop: () => {
        isOver = true
        return intervals.slice(2)
      },
    })
  })

const stopRecording = (page: Page) =>
  // What `startRecording` put there.
  page.evaluate(() => (globalThis as unknown as { benchStop(): number[] }).benchStop())

/** Turns the wheel over the list from its top to its end. */
async function throughTheList(page: Page): Promise<Frames> {
  const scroller = page.getByTestId('chart-scroller')
  const box = await scroller.boundingBox()
  if (!box) throw new Error('there is no list to scroll')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const place = () => scroller.evaluate((element) => ({ at: element.scrollTop, end: element.scrollHeight - element.clientHeight }))
  await startRecording(page)
  const deadline = performance.now() + 120_000
  let last = -1
  for (let { at, end } = await place(); at < end - 1 || at !== last; { at, end } = await place()) {
    if (performance.now() > deadline) throw new Error('the end of the list was not reached')
    last = at
    for (let each = 0; each < 20; each += 1) {
      await page.mouse.wheel(0, turn)
      await page.waitForTimeout(betweenTurns)
    }
  }
  return { intervals: await stopRecording(page), distance: last }
}

/** Every laboratory result of the patient who has 5,000 observations, from the first to the last. */
export function benchScroll(): Promise<readonly Figure[]> {
  return withRig(async (rig: Rig) => {
    const bare = await openBare(rig)
    const mrn = await bare.recordNumber(caseId(seed, 'heavy'))
    await bare.close()
    return withWorkplace(rig, async ({ person }) => {
      await person.openChart(mrn)
      await (await person.sees('view-results')).click()
      const page = await person.page()
      await page.locator('[data-testid="results"][data-complete="true"]').waitFor({ timeout: 60_000 })
      const lines = Number(await page.getByRole('table', { name: 'Laboratory' }).getAttribute('aria-rowcount'))
      const { intervals, distance } = await throughTheList(page)
      return [
        atMost('scroll through all results, p99 of frames', percentile(intervals, 99), 'ms', 50),
        { figure: '  frames, over the lines of the list', value: intervals.length, unit: 'frames', bar: 'stated', pass: true, floor: lines },
        { figure: '  the way', value: distance, unit: 'px', bar: 'stated', pass: true },
      ]
    })
  })
}
