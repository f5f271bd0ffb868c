import { openBare } from './bare.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { withRig, withWorkplace, type Workplace } from './rig.ts'

/** Searches of each kind. Each text is searched for once: an answer of a minute ago is not asked for again. */
const searchCount = 60
/** How long the screen waits for another letter (renderer/features/patients/Patients.tsx). Milliseconds. */
const searchAfter = 200

/** From the search to the patients on the screen, and from the last letter to there. Milliseconds by the page's clock. */
interface Searched {
  readonly asked: number
  readonly typed: number
}

/** Types a text at once. `enter`: and presses Enter, else waits for the screen to see that nothing more is typed. */
async function searched({ person }: Workplace, text: string, { enter }: { readonly enter: boolean }): Promise<Searched> {
  const field = await person.sees('patient-search')
  await field.fill('')
  // In an object: a promise by itself would be waited for before anything is typed.
  const watch = await field.evaluateHandle(
    (input, wait) => ({
      found: new Promise<Searched>((resolve, reject) => {
        const deadline = performance.now() + 20_000
        let typed = 0
        let asked = Number.POSITIVE_INFINITY
        const painted = () => {
          const now = performance.now()
          // Who presses Enter late has been searched for already.
          resolve({ asked: now - Math.min(asked, typed + wait), typed: now - typed })
        }
        const look = () => {
          const row = document.querySelector('[data-testid=list-found][data-state=data] [data-testid=patient-row]')
          if (row) requestAnimationFrame(painted)
          else if (performance.now() > deadline) reject(new Error('nobody was found within 20 s'))
          else requestAnimationFrame(look)
        }
        const begin = () => {
          typed = performance.now()
          // From the next frame on: what stands there now is of the text before.
          requestAnimationFrame(look)
        }
        input.addEventListener('input', begin, { once: true })
        input.addEventListener('keydown', () => void (asked = performance.now()), { once: true })
      }),
    }),
    searchAfter,
  )
  await field.fill(text)
  if (enter) await field.press('Enter')
  const took = await watch.evaluate(({ found }) => found)
  await watch.dispose()
  return took
}

/** Patients found among `patients`, by record number and by family name: from the search to what is seen. */
export function benchSearch(patients = 10_000): Promise<readonly Figure[]> {
  return withRig(async (rig) => {
    const bare = await openBare(rig)
    const people = await bare.spread(patients)
    await bare.close()
    const step = Math.max(1, Math.floor(people.length / (2 * searchCount)))
    const numbers = people.filter((_, place) => place % step === 0).map(({ mrn }) => mrn)
    const families = [...new Set(people.map(({ family }) => family).filter((family) => family.length > 2))].slice(0, searchCount)
    return withWorkplace(rig, async (place) => {
      const each = async (texts: readonly string[], enter: boolean) => {
        const times: Searched[] = []
        for (const text of texts) times.push(await searched(place, text, { enter }))
        return times
      }
      const p95 = (times: readonly Searched[], which: keyof Searched) => percentile(times.map((time) => time[which]), 95)
      const byNumber = await each(numbers.slice(0, searchCount), true)
      const byName = await each(families, true)
      const unhurried = await each(numbers.slice(searchCount, 2 * searchCount), false)
      const of = `of ${patients.toLocaleString('en-US')}`
      return [
        atMost(`patient searched by record number → painted, ${of}, p95`, p95(byNumber, 'asked'), 'ms', 150),
        atMost(`  the same by family name, up to 50 found, p95`, p95(byName, 'asked'), 'ms', 150),
        atMost(`  by record number without Enter, from the last letter, ${searchAfter} ms for another among it, p95`, p95(unhurried, 'typed'), 'ms', 150 + searchAfter),
      ]
    })
  }, patients)
}
