import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { type InputOf, sections } from '../../shared/contract/index.ts'
import { type FhirTestServer, startFhirServer } from '../../electron/records/testing/fhir-server.ts'
import { type Rig, type RigOptions, startRig } from '../../electron/records/testing/rig.ts'

const ann = PatientId.parse('ann')
let server: FhirTestServer
let rigs: Rig[]

beforeEach(async () => {
  server = await startFhirServer()
  server.resources = [
    { resourceType: 'Patient', id: 'ann', name: [{ family: 'Quill' }] },
    { resourceType: 'AllergyIntolerance', id: 'a1', patient: { reference: 'Patient/ann' }, code: { text: 'latex' } },
  ]
  rigs = []
})
afterEach(async () => {
  for (const rig of rigs) await rig.stop()
  await server.close()
})

function start(options: Partial<RigOptions> = {}): Rig {
  const rig = startRig({ server, folder: undefined, ...options })
  rigs.push(rig)
  return rig
}

const look = (section: (typeof sections)[number], patient = ann): InputOf<'chart.section'> => ({ patient, section, want: 'kept', cause: 'look' })

describe('what is asked with the opening of a tab', () => {
  it('is answered as if it had come through the port, and what comes through it behind that', async () => {
    const tab = start().tab('ann', 7, [look('patient'), look('allergies')])
    const later = await tab.call('chart.section', look('allergies'))
    const [patient, allergies] = await Promise.all(tab.asked)
    expect(patient).toMatchObject({ value: { resources: [{ id: 'ann' }] } })
    expect(allergies).toMatchObject({ value: { resources: [{ id: 'a1' }] } })
    expect(later).toMatchObject({ value: { resources: [{ id: 'a1' }] } })
  })

  it('is announced to the audit in one go, each section as a look of its own, and told of when it ended @164.312(b)', async () => {
    const rig = start()
    await Promise.all(rig.tab('ann', 7, sections.map((section) => look(section))).asked)
    const intents = rig.told.flatMap((message) => (message.kind === 'want-audit' && message.headers.some(({ outcome }) => outcome === 'intent') ? [message.headers] : []))
    expect(intents).toHaveLength(1)
    expect(intents[0]).toHaveLength(sections.length)
    expect(rig.audit.filter(({ outcome }) => outcome === 'intent')).toEqual(Array.from(sections, () => expect.objectContaining({ event: 'chart.section', cause: 'look', patient: 'ann' })))
    expect(rig.audit.filter(({ event, outcome }) => event === 'chart.section' && outcome === 'success')).toHaveLength(sections.length)
  })

  it('gets nothing, and asks the EHR nothing, where it cannot be recorded @164.312(b)', async () => {
    const rig = start()
    rig.refuseAudit()
    const replies = await Promise.all(rig.tab('ann', 7, sections.map((section) => look(section))).asked)
    expect(replies).toEqual(Array.from(sections, () => expect.objectContaining({ failure: 'audit-unavailable' })))
    expect(server.asked).toEqual([])
  })

  it('is refused for another patient than the tab’s, and the refusal is recorded @164.312(a)(1)', async () => {
    const rig = start()
    const [reply] = await Promise.all(rig.tab('ann', 7, [look('patient', PatientId.parse('bob'))]).asked)
    expect(reply).toMatchObject({ failure: 'wrong-patient' })
    expect(rig.audit).toEqual([expect.objectContaining({ outcome: 'refused', failure: 'wrong-patient', patient: 'bob' })])
    expect(server.asked).toEqual([])
  })

  it.each([
    ['of an epoch that is over', 'stale', {}, 6],
    ['while the session is locked', 'locked', { state: 'locked' }, 7],
    ['of who may not read charts', 'not-permitted', { permissions: [] }, 7],
  ] as const)('is refused to a page %s @164.312(a)(1)', async (_, failure, options, epoch) => {
    const [reply] = await Promise.all(start(options).tab('ann', epoch, [look('patient')]).asked)
    expect(reply).toMatchObject({ failure })
    expect(server.asked).toEqual([])
  })

  it('is a question for a section or nothing, whatever it says', async () => {
    const rig = start()
    // Texts are whatever a page that was taken over writes.
    const hostile = [{ patient: ann, draft: { text: 'x', caret: 0, typedAt: 0 } }, 'draft.save', null, [{}]] as unknown as InputOf<'chart.section'>[]
    const replies = await Promise.all(rig.tab('ann', 7, hostile).asked)
    expect(replies).toEqual(hostile.map(() => expect.objectContaining({ failure: 'invalid-input' })))
    expect(server.asked).toEqual([])
  })
})
