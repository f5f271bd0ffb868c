import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FaultChange } from '../../sandbox/faults/index.ts'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { type PatientId, type SectionName, sections } from '../../shared/contract/index.ts'
import { kindOf } from '../../shared/errors.ts'
import { type HabitWorkstation, workAt } from './habits/workstation.ts'
import { faultSights, read } from './switches/fault-sights.ts'
import { casesOf, faultNamed, faultNames } from './switches/names.ts'

let sandbox: Sandbox
let patient: PatientId | undefined
/** The same chart at an EHR that does nothing wrong: ids, by section. */
const honest = new Map<SectionName, ReadonlySet<string>>()
/** What must not be in a log. */
let words: string[]

beforeAll(async () => {
  sandbox = await startSandbox({ patients: 12 })
  await working({}, async (work) => {
    patient = work.patient
    for (const section of sections) honest.set(section, idsOf(await work.whole(section)))
    const problems = (await work.whole('problems')).flatMap((resource) => (resource.resourceType === 'Condition' && resource.code?.text ? [resource.code.text] : []))
    words = [work.patient, ...problems, ...sandbox.users.flatMap(({ username, password, name }) => [username, password, name])]
  })
})
afterEach(() => {
  sandbox.faults.reset()
  sandbox.troubles.set([])
})
afterAll(() => sandbox.close())

const idsOf = (resources: readonly { readonly id?: string }[]) => new Set(resources.map(({ id }) => id ?? ''))

/** A workstation that was never here before, at an EHR that has misbehaved since before it signed in. */
async function working(faults: FaultChange, use: (work: HabitWorkstation) => Promise<void>): Promise<void> {
  sandbox.faults.set(faults)
  const work = await workAt(sandbox, patient)
  try {
    await use(work)
    for (const word of words ?? []) expect(work.logged()).not.toContain(word)
  } finally {
    await work.end()
  }
}

/** Every page of every section, against what is there; and nothing said of it. */
async function chartIsWhole(work: HabitWorkstation): Promise<void> {
  for (const [section, outcome] of Object.entries(await work.chart())) {
    expect({ section, refused: read(outcome).refused, partial: read(outcome).partial }).toEqual({ section, refused: { wrongPatient: 0, malformed: 0 }, partial: undefined })
  }
  for (const section of sections) expect({ section, ids: idsOf(await work.whole(section)) }).toEqual({ section, ids: honest.get(section) })
}

describe('every switch that the sandbox has', () => {
  it('has its line, and what is in no line is no switch', () => {
    expect(Object.keys(faultSights).sort()).toEqual([...faultNames].sort())
  })

  it('is turned where there is something to page, to order and to lose: else the lines prove nothing', () => {
    expect(honest.get('laboratory')?.size).toBeGreaterThan(100)
    expect(honest.get('notes')?.size).toBeGreaterThan(3)
    expect(honest.get('problems')?.size).toBeGreaterThan(1)
  })

  it.each(casesOf(faultSights))('%s: %o', async (name, sight) => {
    const fault = faultNamed(name)
    if ('signIn' in sight) {
      sandbox.faults.set(fault)
      const outcome = await workAt(sandbox, patient).then(async (work) => {
        await work.end()
        return 'signed in'
      }, kindOf)
      expect(outcome).toBe(sight.signIn)
    } else if ('seen' in sight) await working(fault, chartIsWhole)
    else if ('besides' in sight) await working(fault, async (work) => expect(typeof (await work.look('problems'))).toBe('object'))
    else if ('refresh' in sight) {
      await working({}, async (work) => {
        sandbox.faults.set(fault)
        for (let refresh = 0; refresh < (sight.refresh === 'goes on' ? 3 : 1); refresh += 1) {
          expect(await work.refresh().then(() => 'goes on', kindOf)).toBe(sight.refresh)
        }
      })
    } else if ('parts' in sight) {
      await working({}, async (work) => {
        sandbox.faults.set(fault)
        const parts = await work.chart()
        expect(parts).toEqual(Object.fromEntries(sections.map((section) => [section, sight.parts])))
        expect(sandbox.strays()).toEqual({ requests: 0, withToken: 0 })
        // And nothing of it stays behind.
        sandbox.faults.reset()
        for (const section of sections) expect(typeof (await work.look(section))).toBe('object')
      })
    } else if (sight.turned === 'before') await working(fault, (work) => sight.says(work, honest))
    else {
      await working({}, async (work) => {
        sandbox.faults.set({ ...fault, etags: 'absent' })
        await sight.says(work, honest)
      })
    }
  })
})

describe('what may have been done already is sent once', () => {
  it.each([
    ['a code that is redeemed', '/auth/token', 'offline'],
    // Nobody waits for it: it is done again at the next sign-in.
    ['a workstation that is registered', '/device/registrations', 'signed in'],
  ] as const)('%s, though the answer never came', async (_name, path, expected) => {
    sandbox.troubles.set([{ for: { path, method: 'POST' }, deed: { do: 'drop', when: 'in-head' } }])
    const outcome = await workAt(sandbox, patient).then(async (work) => {
      await work.end()
      return 'signed in'
    }, kindOf)
    expect([outcome, sandbox.troubles.counts()]).toEqual([expected, [1]])
  })
})
