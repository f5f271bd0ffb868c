import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { sections } from '../../shared/contract/index.ts'
import { type FhirTestServer, json, startFhirServer } from '../../electron/records/testing/fhir-server.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'

const ann = PatientId.parse('ann')
let server: FhirTestServer
let rig: Rig
/** Requests that wait for an answer. */
let held: ServerResponse[]

beforeEach(async () => {
  server = await startFhirServer()
  held = []
  server.intercept = (_asked, response) => {
    held.push(response)
    return true
  }
  rig = startRig({ server, folder: undefined })
})
afterEach(async () => {
  await rig.stop()
  await server.close()
})

const answer = (response: ServerResponse) => json(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })

it('asks for no more than six things at once, of a whole chart and of two, and for the others as answers come', async () => {
  const pages = [rig.tab('ann'), rig.tab('ann')]
  const lists = sections.filter((section) => section !== 'patient')
  const looks = pages.flatMap((page) => lists.map((section) => page.call('chart.section', { patient: ann, section, cause: 'look', want: 'current' })))
  let answered = 0
  let most = 0
  while (answered < looks.length) {
    // All that may be under way is; more would be here by now.
    await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(Math.min(6, looks.length - answered)))
    most = Math.max(most, held.length)
    const [next] = held.splice(0, 1)
    if (next) answer(next)
    answered += 1
  }
  for (const look of await Promise.all(looks)) expect(look).toMatchObject({ value: { resources: [] } })
  expect(most).toBe(6)
})
