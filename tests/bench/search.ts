import { openBare } from './bare.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { withRig, withWorkplace, type Workplace } from './rig.ts'

const searchCount = 100

/** From the last letter typed to the one patient on the screen. Milliseconds by the page's clock. */
async function searched({ person }: Workplace, mrn: string): Promise<number> {
  const field = await person.sees('patient-search')
  await field.fill('')
  const took = field.evaluate(
    (input, wanted) =>
      new Promise<number>((resolve, reject) => {
        const deadline = performance.now() + 20_000
        let typed = 0
        const look = () => {
          const rows = [...document.querySelectorAll('[data-testid=patient-row]')]
          if (rows.length === 1 && rows[0]?.textContent?.includes(wanted)) requestAnimationFrame(() => resolve(performance.now() - typed))
          else if (performance.now() > deadline) reject(new Error('the patient was not found within 20 s'))
          else requestAnimationFrame(look)
        }
        const begin = () => {
          typed = performance.now()
          look()
        }
        input.addEventListener('input', begin, { once: true })
      }),
    mrn,
  )
  await field.fill(mrn)
  return took
}

/** A patient found by record number among `patients`: what is typed to what is seen, the wait for the last letter included. */
export function benchSearch(patients = 10_000): Promise<readonly Figure[]> {
  return withRig(async (rig) => {
    const bare = await openBare(rig)
    const chosen = await bare.spread(searchCount)
    await bare.close()
    const times = await withWorkplace(rig, async (place) => {
      const each: number[] = []
      for (const { mrn } of chosen) each.push(await searched(place, mrn))
      return each
    })
    return [atMost(`patient searched → painted, of ${patients.toLocaleString('en-US')}, p95`, percentile(times, 95), 'ms', 150)]
  }, patients)
}
