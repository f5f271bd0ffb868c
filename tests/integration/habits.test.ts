import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultChange } from '../../sandbox/faults/index.ts'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { type PatientId, type SectionName, sections } from '../../shared/contract/index.ts'
import { type HabitWorkstation, type Outcome, workAt } from './habits/workstation.ts'
import { openProbe, type Probe, signedIn } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
/** The chart of the same patient at an EHR without habits: ids, by section. */
let honest: Map<SectionName, Set<string>>
let patient: PatientId | undefined

beforeAll(async () => {
  sandbox = await startSandbox({ patients: 12 })
  probe = await openProbe(sandbox)
  await working({}, async (work) => {
    patient = work.patient
    honest = new Map()
    for (const section of sections) honest.set(section, idsOf(await work.whole(section)))
  })
})
beforeEach(() => sandbox.resetTraffic())
afterEach(() => {
  sandbox.faults.reset()
  sandbox.troubles.set([])
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

const idsOf = (resources: readonly { readonly id?: string }[]) => new Set(resources.map(({ id }) => id ?? ''))

/** A workstation that was never here before, at an EHR with these habits. */
async function working(habits: FaultChange, use: (work: HabitWorkstation) => Promise<void>): Promise<void> {
  sandbox.faults.set(habits)
  const work = await workAt(sandbox, patient)
  try {
    await use(work)
  } finally {
    await work.end()
  }
}

function read(outcome: Outcome) {
  if (typeof outcome === 'string') throw new Error(outcome)
  return outcome
}

/** Every page of every section, against what is there. */
async function chartIsWhole(work: HabitWorkstation): Promise<void> {
  for (const section of sections) {
    expect({ section, ids: idsOf(await work.whole(section)) }).toEqual({ section, ids: honest.get(section) })
  }
}

describe('a chart at an EHR with habits', () => {
  // One by one they are in client-faults.test.ts.
  it('of many kinds at once is the same chart', async () => {
    await working({ sort: 'refused', nextLinks: 'plain-http', etags: 'absent', outcomes: 'unmarked-note', includes: 'unasked', scopes: 'v1' }, async (work) => {
      for (const [section, outcome] of Object.entries(await work.chart())) {
        expect({ section, refused: read(outcome).refused, partial: read(outcome).partial }).toEqual({ section, refused: { wrongPatient: 0, malformed: 0 }, partial: undefined })
      }
      await chartIsWhole(work)
    })
  })

  it.each([{ sort: 'ignored' }, { sort: 'refused' }] as const)('%o shows the newest result first of all', async (habits) => {
    const newest = (section: Outcome) => read(section).resources.map((resource) => (resource.resourceType === 'Observation' ? (resource.effectiveDateTime ?? '') : '')).sort().at(-1)
    let expected: string | undefined
    await working({}, async (work) => void (expected = newest(await work.look('laboratory'))))
    await working({ ...habits, count: 'capped' }, async (work) => {
      expect(expected).toBeTruthy()
      const found = await work.look('laboratory')
      expect(newest(found)).toBe(expected)
      // It stops reading at some point, and says so.
      expect(read(found).partial).toBe((honest.get('laboratory')?.size ?? 0) > 200 ? 'unordered' : undefined)
      await chartIsWhole(work)
    })
  })

  it('"refuses to sort" is asked to sort each type once, and not at every look', async () => {
    await working({ sort: 'refused' }, async (work) => {
      sandbox.troubles.set([{ for: { type: 'Immunization' }, deed: { do: 'delay', ms: 0 } }])
      await work.chart()
      expect(sandbox.troubles.counts()).toEqual([2])
      await work.chart()
      expect(sandbox.troubles.counts()).toEqual([3])
    })
  })
})

describe('an EHR that leaves something out', () => {
  it('by not granting it, is asked for nothing of the kind, and the rest is the same chart @164.312(a)(2)(i)', async () => {
    await working({ withheld: ['Observation', 'Flag'] }, async (work) => {
      sandbox.resetTraffic()
      const chart = await work.chart()
      for (const section of sections) {
        if (section === 'flags' || section === 'vitals' || section === 'laboratory') expect(chart[section]).toBe('not-permitted')
        else expect(read(chart[section]).refused).toEqual({ wrongPatient: 0, malformed: 0 })
      }
      expect(sandbox.traffic().requests).toBe(sections.length - 3)
    })
  })

  it('by not granting it, and not saying so, refuses it, which is told as that', async () => {
    await working({ withheld: ['Observation'], scopes: 'unsaid' }, async (work) => {
      const chart = await work.chart()
      expect([chart.vitals, chart.laboratory]).toEqual(['forbidden', 'forbidden'])
      expect(read(chart.allergies).resources.length).toBe(honest.get('allergies')?.size)
    })
  })
})

describe('an EHR that bears few requests at once', () => {
  it('is given a whole chart all the same', async () => {
    await working({ atOnce: 6 }, async (work) => {
      const chart = await work.chart()
      for (const section of sections) expect(typeof chart[section]).toBe('object')
    })
  })
})

describe('what was deleted at the EHR', () => {
  it.each([{}, { etags: 'absent' }, { lastUpdated: 'patients-alone' }] as const)('is gone from the chart at the next look: %o', async (habits) => {
    await working(habits, async (work) => {
      const [doomed] = await work.whole('notes')
      const { access_token: token } = await signedIn(sandbox, probe)
      expect(await probe.remove(`DocumentReference/${doomed?.id ?? ''}`, token)).toBe(204)
      const left = idsOf(await work.whole('notes'))
      expect(left.has(doomed?.id ?? '')).toBe(false)
      honest.get('notes')?.delete(doomed?.id ?? '')
      expect(left).toEqual(honest.get('notes'))
    })
  })
})

describe('an EHR that takes no AuditEvents of clients', () => {
  it.each(['forbidden', 'no-such-interaction'] as const)('(%s) changes nothing: every look is in the chain here, before it is answered @164.312(b)', async (auditEvents) => {
    await working({ auditEvents }, async (work) => {
      work.rig.audit.length = 0
      await work.chart()
      expect(work.rig.audit.filter(({ event: name }) => name === 'chart.section').length).toBeGreaterThanOrEqual(sections.length)
    })
  })
})
