import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { sections } from '../../shared/contract/index.ts'
import { type FhirTestServer, json, startFhirServer } from '../../electron/records/testing/fhir-server.ts'
import { type Rig, startRig, type TestPage } from '../../electron/records/testing/rig.ts'

let server: FhirTestServer
let rig: Rig
/** Requests that wait for an answer, and those whose asker has left. */
let held: Set<ServerResponse>
let left: number

beforeEach(async () => {
  server = await startFhirServer()
  held = new Set()
  left = 0
  server.intercept = (_asked, response) => {
    held.add(response)
    response.once('close', () => {
      held.delete(response)
      if (!response.writableFinished) left += 1
    })
    return true
  }
  rig = startRig({ server, folder: undefined })
})
afterEach(async () => {
  await rig.stop()
  await server.close()
})

const lookAtAll = (page: TestPage, patient: string) =>
  sections.map((section) => page.call('chart.section', { patient: PatientId.parse(patient), section, cause: 'look', want: 'current' }))

describe('a chart that is left while it is being read', () => {
  it.each([
    ['by the page', (_tab: ReturnType<Rig['tab']>) => _tab.close()],
    ['by main, for the page', (tab: ReturnType<Rig['tab']>) => rig.send({ kind: 'close-tab', tab: tab.id })],
    ['by the lock', () => rig.send({ kind: 'flush', request: 1 })],
  ])('leaves the EHR at once, on the wire: %s', async (_name, leave) => {
    const tab = rig.tab('ann')
    const looks = lookAtAll(tab, 'ann')
    for (const look of looks) look.catch(() => undefined)
    await vi.waitFor(() => expect(held.size).toBe(6))
    leave(tab)
    await vi.waitFor(() => expect({ held: held.size, left }).toEqual({ held: 0, left: 6 }))
    // What waited for its turn was never asked.
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.asked).toHaveLength(6)
  })

  it('takes nothing with it of another chart', async () => {
    const [ann, bob] = [rig.tab('ann'), rig.tab('bob')]
    const theirs = bob.call('chart.section', { patient: PatientId.parse('bob'), section: 'allergies', cause: 'look', want: 'current' })
    await vi.waitFor(() => expect(held.size).toBe(1))
    const [bobs] = held
    void lookAtAll(ann, 'ann')
    await vi.waitFor(() => expect(held.size).toBe(6))
    rig.send({ kind: 'close-tab', tab: ann.id })
    await vi.waitFor(() => expect({ held: held.size, left }).toEqual({ held: 1, left: 5 }))
    if (bobs) json(bobs, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })
    expect(await theirs).toMatchObject({ value: { resources: [] } })
  })
})

describe('a search that is left because the clinician typed on', () => {
  /** The `nth` call of a page's end, which the page does not want any more. */
  const leave = (page: TestPage, nth: number) => page.send(`{"leave":${nth}}`)

  it('leaves the EHR at once, on the wire, and takes nothing else with it', async () => {
    const page = rig.workspace()
    void page.call('patients.search', { text: 'os' })
    await vi.waitFor(() => expect(held.size).toBe(1))
    const newer = page.call('patients.search', { text: 'osei' })
    await vi.waitFor(() => expect(held.size).toBe(2))
    leave(page, 1)
    await vi.waitFor(() => expect({ held: held.size, left }).toEqual({ held: 1, left: 1 }))
    const [answering] = held
    if (answering) json(answering, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })
    expect(await newer).toMatchObject({ value: { patients: [] } })
    expect(rig.audit.map(({ event, outcome, failure }) => [event, outcome, failure])).toEqual([
      ['patients.search', 'intent', undefined],
      ['patients.search', 'intent', undefined],
      ['patients.search', 'failed', 'cancelled'],
      ['patients.search', 'success', undefined],
    ])
  })

  it('is not asked of the EHR at all where it was left before', async () => {
    const page = rig.workspace()
    void page.call('patients.search', { text: 'os' })
    leave(page, 1)
    await vi.waitFor(() => expect(rig.audit.at(-1)).toMatchObject({ outcome: 'failed', failure: 'cancelled' }))
    expect(server.asked).toEqual([])
  })

  it('is not confused by leaving what is not there', async () => {
    const page = rig.workspace()
    for (const nonsense of ['{"leave":7}', '{"leave":"1"}', '{"leave":1,"id":1}']) page.send(nonsense)
    const search = page.call('patients.search', { text: 'osei' })
    await vi.waitFor(() => expect(held.size).toBe(1))
    const [answering] = held
    if (answering) json(answering, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })
    expect(await search).toMatchObject({ value: { patients: [] } })
    expect(left).toBe(0)
  })
})
