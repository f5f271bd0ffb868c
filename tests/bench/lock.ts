import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Clinician } from '../e2e/harness/clinician.ts'
import { atMost, type Figure, percentile } from './figures.ts'
import { withRig, withWorkplace } from './rig.ts'

const runs = 40
/** With a note open and a list scrolled. */
const noteRuns = 20
const note = 'Seen today, feels better.'
/** From then on it is not coming back. Milliseconds. */
const longest = 60_000
/** Not at its end, where a box that lost it would put it too. */
const caret = note.length - 8

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
        unlocked.push(painted - acceptedIn(profile))
      }
      const steps = (step: string) => logOf(profile).flatMap((line) => (line.event === 'lock.step' && line.step === step && line.ms !== undefined ? [line.ms] : []))
      const chart = [
        atMost('lock order → no PHI on the window, p95', percentile(steps('swap'), 95), 'ms', 50),
        atMost('lock order → chart and records reaped, p95', percentile(steps('reap'), 95), 'ms', 400),
        atMost('PIN accepted → the same chart painted, p95', percentile(unlocked, 95), 'ms', 1_000),
      ]
      const back = await placesBack(person, profile)
      return [
        ...chart,
        atMost('PIN accepted → the note is as it was, with the caret and the keyboard in it, p95', percentile(back.map((each) => each.note), 95), 'ms', 1_000),
        atMost('PIN accepted → the list stands where it was scrolled to, p95', percentile(back.map((each) => each.list), 95), 'ms', 1_000),
      ]
    }),
  )
}

/** When the last PIN was accepted, in epoch milliseconds. */
function acceptedIn(profile: string): number {
  const accepted = logOf(profile).findLast((line) => line.event === 'session.changed' && line.to === 'active')
  if (!accepted) throw new Error('the log tells of no unlock')
  return Date.parse(accepted.at)
}

interface Back {
  readonly note: number
  readonly list: number
}

/** Locks and unlocks with a note open beside a scrolled list: milliseconds from the PIN to the first frame in which the one, and the other, is as it was left. */
async function placesBack(person: Clinician, profile: string): Promise<readonly Back[]> {
  await (await person.sees('view-results')).click()
  const before = await person.page()
  await before.locator('[data-testid="results"][data-complete="true"]').waitFor({ timeout: 60_000 })
  const scroller = await person.sees('chart-scroller')
  const scrolled = await scroller.evaluate((element) => {
    element.scrollTop = Math.floor((element.scrollHeight - element.clientHeight) / 2)
    return element.scrollTop
  })
  if (scrolled < 100) throw new Error('the list is too short to be scrolled')
  await (await person.sees('write-note')).click()
  const box = await person.sees('draft-box')
  await box.pressSequentially(note)
  for (let back = note.length; back > caret; back -= 1) await box.press('ArrowLeft')
  const times: Back[] = []
  for (let run = 0; run < noteRuns; run += 1) {
    // The place is kept a moment after it was scrolled; the lock asks for it too.
    await person.lock()
    const page = await person.page()
    // The page of the lock screen is the one that shows the chart again; it looks by itself, at each frame.
    const seen = page.evaluate(
      (wanted) =>
        new Promise<Back>((resolve, reject) => {
          const begun = performance.now()
          const at: { note?: number | undefined; list?: number | undefined } = {}
          const look = () => {
            const now = performance.timeOrigin + performance.now()
            const [focused, list] = [document.activeElement, document.querySelector('[data-testid="chart-scroller"]')]
            // Both have to stand at once: what comes and goes again is not back.
            const isNote = focused instanceof HTMLTextAreaElement && focused.value === wanted.note && focused.selectionStart === wanted.caret && focused.selectionEnd === wanted.caret
            const isList = list !== null && Math.abs(list.scrollTop - wanted.scrolled) <= 1
            at.note = isNote ? (at.note ?? now) : undefined
            at.list = isList ? (at.list ?? now) : undefined
            if (at.note !== undefined && at.list !== undefined) resolve({ note: at.note, list: at.list })
            else if (performance.now() - begun > wanted.longest) reject(new Error(`not back: ${at.note === undefined ? 'the note' : 'the list'}`))
            else requestAnimationFrame(look)
          }
          look()
        }),
      { note, caret, scrolled, longest },
    )
    await person.unlock()
    const { note: noteAt, list: listAt } = await seen
    const accepted = acceptedIn(profile)
    times.push({ note: noteAt - accepted, list: listAt - accepted })
  }
  return times
}
