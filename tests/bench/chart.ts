import type { Page } from 'playwright'
import { type Bare, openBare } from './bare.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { type Rig, withRig, withWorkplace, type Workplace } from './rig.ts'

const patientCount = 50
/** Times that every patient is opened: 100 openings in all. */
const rounds = 2

/** From the click on the patient to the banner and every section on the screen. Milliseconds by the page's clock. */
export async function openAndClose({ person }: Workplace, mrn: string): Promise<number> {
  const row = await person.search(mrn)
  const page = await person.page()
  await page.evaluate(() => {
    performance.clearMarks('chart:painted')
    performance.clearMarks('bench:clicked')
    addEventListener('click', () => performance.mark('bench:clicked'), { capture: true, once: true })
  })
  await row.click()
  const took = await painted(page)
  await page.getByRole('button', { name: /^close/i }).last().click()
  return took
}

const painted = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const deadline = performance.now() + 20_000
        const look = () => {
          const [clicked, mark] = [performance.getEntriesByName('bench:clicked').at(-1), performance.getEntriesByName('chart:painted').at(-1)]
          if (clicked && mark) resolve(mark.startTime - clicked.startTime)
          else if (performance.now() > deadline) reject(new Error('the chart was not painted within 20 s'))
          else requestAnimationFrame(look)
        }
        look()
      }),
  )

interface Openings {
  readonly network: readonly number[]
  readonly bare: readonly number[]
  readonly cache: readonly number[]
}

/** A profile that has seen nothing: each patient from the network, in turn with the bare requests; then all from the cache. */
async function round(rig: Rig, bare: Bare, patients: readonly { readonly id: string; readonly mrn: string }[]): Promise<Openings> {
  return withWorkplace(rig, async (place) => {
    const network: number[] = []
    const floor: number[] = []
    const cache: number[] = []
    for (const { id, mrn } of patients) {
      floor.push(await bare.chart(id))
      network.push(await openAndClose(place, mrn))
    }
    for (const { mrn } of patients) cache.push(await openAndClose(place, mrn))
    return { network, bare: floor, cache }
  })
}

/** `patients`: how many live in the town; the charts that are opened are spread over it. */
export function benchChart(patients = 50): Promise<readonly Figure[]> {
  return withRig(async (rig) => {
    const bare = await openBare(rig)
    const chosen = patients === 50 ? await bare.patients(patientCount) : await bare.spread(patientCount)
    const all: Openings[] = []
    for (let each = 0; each < rounds; each += 1) all.push(await round(rig, bare, chosen))
    await bare.close()
    const p95 = (which: keyof Openings) => percentile(all.flatMap((openings) => openings[which]), 95)
    const [network, floor, cache] = [p95('network'), p95('bare'), p95('cache')]
    return [
      atMost('click → chart painted, from the network, p95', network, 'ms', 300),
      { figure: '  the same against the bare requests', value: network / floor, unit: '×', bar: '≤ 2 ×', pass: network <= 2 * floor, floor },
      atMost('click → chart painted, from the cache, p95', cache, 'ms', 150),
    ]
  }, patients)
}
