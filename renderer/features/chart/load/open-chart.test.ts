import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import type { PatientId, Section, SectionName } from '../../../../shared/contract/index.ts'
import { sections } from '../../../../shared/contract/sections.ts'
import { CallFailure } from '../../../bridge/index.ts'
import { type ChartAccess, createChartAccess, type SectionRequest } from './access.ts'
import { openChart } from './open-chart.ts'
import { heldKey, loadSection, refreshSection, sectionQuery } from './section-load.ts'
import { TabPorts } from './tab-ports.ts'

// Ids are branded by the contract's parser, which these tests have no need of.
const patient = 'p' as PatientId

type Answer = (section: SectionName, request: SectionRequest) => Section

const section = (source: 'network' | 'cache', ids: readonly string[] = ['a']): Section => ({
  resources: ids.map((id) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/p' } })),
  freshness: { source, asOf: 1 },
  refused: { wrongPatient: 0, malformed: 0 },
})

function reader(answer: Answer) {
  const asked: string[] = []
  const opened: (readonly SectionName[])[] = []
  const client = new QueryClient({ defaultOptions: { queries: { retry: 0, staleTime: Number.POSITIVE_INFINITY, networkMode: 'always' } } })
  const access = {
    client,
    epoch: 7,
    open: (_: PatientId, names: readonly SectionName[]) => void opened.push(names),
    async read(_: PatientId, name: SectionName, request: SectionRequest) {
      asked.push(`${name} ${request.want} ${request.cause}`)
      return answer(name, request)
    },
    // The ports are `read`'s own matter, which is replaced here.
  } as unknown as ChartAccess
  return { access, asked, opened, client, shown: (name: SectionName) => client.getQueryData(sectionQuery(access, patient, name).queryKey)?.pages[0] }
}

const nobodyPoints = () => false
const atOnce = () => Promise.resolve()
const somebodyPoints = () => true

describe('opening a chart', () => {
  it('asks for each section once, however often it is opened', async () => {
    const { access, asked } = reader(() => section('network'))
    await Promise.all([openChart(access, patient, atOnce), openChart(access, patient, atOnce)])
    await openChart(access, patient, atOnce)
    expect(asked).toEqual(sections.map((name) => `${name} kept look`))
  })

  it('opens its tab with all that is about to be asked, and with nothing where all of it is there', async () => {
    const { access, opened } = reader(() => section('network'))
    await openChart(access, patient, atOnce)
    await openChart(access, patient, atOnce)
    expect(opened).toEqual([[...sections]])
  })

  it('asks for each section in the very words that went with the opening of its tab', async () => {
    const taken: (readonly string[] | undefined)[] = []
    const sent: string[] = []
    const bridge = {
      async call(_: string, { ask }: { ask?: readonly string[] }) {
        taken.push(ask)
        return { tab: 'tab-00000001' }
      },
      async callTab(_tab: string, _name: string, input: object) {
        sent.push(JSON.stringify(input))
        return section('network')
      },
    }
    // Two rows of the bridge are all that is called here.
    const typed = bridge as unknown as Parameters<typeof createChartAccess>[0]
    await openChart(createChartAccess(typed, new TabPorts(typed), new QueryClient(), 7), patient, atOnce)
    expect(sent).toHaveLength(sections.length)
    expect(taken).toEqual([sent])
  })

  it('asks also where the screen was there first and watches already, as after an unlock', async () => {
    const { access, asked, client } = reader(() => section('network'))
    const end = new InfiniteQueryObserver(client, { ...sectionQuery(access, patient, 'allergies'), enabled: false }).subscribe(() => undefined)
    await openChart(access, patient, atOnce)
    end()
    expect(asked).toContain('allergies kept look')
  })

  it('shows what was kept at once, and has the EHR confirm it as a refresh, not as a second look', async () => {
    const { access, asked, shown } = reader((_, { want }) => section(want === 'kept' ? 'cache' : 'network'))
    await loadSection(access, patient, 'problems', nobodyPoints)
    expect(asked).toEqual(['problems kept look', 'problems current refresh'])
    expect(shown('problems')?.freshness.source).toBe('network')
  })
})

describe('a chart that was kept', () => {
  it('is on the screen before the EHR is asked to confirm any of it', async () => {
    const { access, asked } = reader((_, { want }) => section(want === 'kept' ? 'cache' : 'network'))
    let askedBefore: readonly string[] = []
    await openChart(access, patient, async () => {
      askedBefore = [...asked]
    })
    expect(askedBefore).toEqual(sections.map((name) => `${name} kept look`))
    expect(asked.slice(askedBefore.length)).toEqual(sections.map((name) => `${name} current refresh`))
  })

  it('is confirmed in time where the screen shows nothing, or one section is slow', async () => {
    vi.useFakeTimers()
    const { access, asked } = reader((_, { want }) => section(want === 'kept' ? 'cache' : 'network'))
    const opening = openChart(access, patient, () => new Promise(() => undefined))
    await vi.advanceTimersByTimeAsync(500)
    await opening
    vi.useRealTimers()
    expect(asked).toContain('problems current refresh')
  })
})

describe('late data', () => {
  it('waits while somebody points at the list it would move', async () => {
    const { access, client, shown } = reader((_, { want }) => (want === 'kept' ? section('cache', ['a']) : section('network', ['new', 'a'])))
    await loadSection(access, patient, 'problems', somebodyPoints)
    expect(shown('problems')?.resources).toHaveLength(1)
    expect(client.getQueryData<Section>(heldKey(7, patient, 'problems'))?.resources).toHaveLength(2)
  })

  it('leaves what was kept on the screen when the EHR cannot be reached', async () => {
    const { access, shown } = reader((_, { want }) => {
      if (want === 'current') throw new CallFailure('offline', '')
      return section('cache')
    })
    await loadSection(access, patient, 'problems', nobodyPoints)
    expect(shown('problems')?.freshness.source).toBe('cache')
  })

  it('takes what was kept off the screen when the EHR forbids it @164.312(a)(1)', async () => {
    let forbidden = false
    const { access, shown } = reader((_, { want }) => {
      if (want === 'current') forbidden = true
      if (forbidden) throw new CallFailure('forbidden', '')
      return section('cache')
    })
    await loadSection(access, patient, 'problems', nobodyPoints)
    await refreshSection(access, patient, 'problems', nobodyPoints)
    expect(shown('problems')).toBeUndefined()
  })
})

describe('a record of another patient', () => {
  it('is an error and no line under this banner, though it came over this chart’s port', async () => {
    const stranger = { ...section('network'), resources: [{ resourceType: 'Condition', id: 'x', subject: { reference: 'Patient/stranger' } }] }
    const bridge = { call: async () => ({ tab: 'tab-00000001' }), callTab: async () => stranger }
    // Two rows of the bridge are all that is called here.
    const typed = bridge as unknown as Parameters<typeof createChartAccess>[0]
    const access = createChartAccess(typed, new TabPorts(typed), new QueryClient(), 7)
    await expect(access.read(patient, 'problems', { want: 'kept', cause: 'look' })).rejects.toMatchObject({ kind: 'wrong-patient' })
  })
})
