import type { AuditEvent } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { readDesk } from './desk.ts'

/** A report as a workstation sends it, with the line of its chain. */
function report(at: number, entry: object | string): AuditEvent {
  const line = typeof entry === 'string' ? entry : `${'0'.repeat(64)} ${JSON.stringify(entry)}`
  return {
    resourceType: 'AuditEvent',
    id: `report-${at}`,
    type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110113' },
    recorded: new Date(Date.UTC(2026, 10, 28, 12, at)).toISOString(),
    agent: [{ requestor: true, who: { reference: 'Practitioner/dr-ada' } }],
    source: { observer: { display: 'Chartkeep workstation' } },
    entity: [{ detail: [{ type: 'line', valueBase64Binary: Buffer.from(line).toString('base64') }] }],
  }
}
const raised = (more: object = {}) => ({ event: 'alert.raised', outcome: 'success', rule: 'vip', severity: 'high', response: 'ask-reason', count: 1, more: 0, correlation: '0a1b2c3d', user: 'u', patient: 'vip', ...more })
const answered = (more: object = {}) => ({ event: 'hold.answered', outcome: 'intent', holdReason: 'cover', user: 'u', patient: 'vip', sealed: 'a..b.c.d', ...more })

describe('the privacy desk', () => {
  it('lists what was found, about whom and by whom, with the answer that followed', () => {
    expect(readDesk([report(2, answered()), report(1, raised())])).toEqual([
      {
        kind: 'alert', id: 'report-1', at: '2026-11-28T12:01:00.000Z', rule: 'vip', severity: 'high', response: 'ask-reason', count: 1, more: 0, correlation: '0a1b2c3d', patient: 'Patient/vip',
        who: { reference: 'Practitioner/dr-ada', user: 'u' },
        answer: { at: '2026-11-28T12:02:00.000Z', reason: 'cover', sealed: 'a..b.c.d' },
      },
    ])
  })

  it('takes an answer for what was asked before it, of that person and about that patient; one about many charts is answered at any', () => {
    const events = [report(1, raised({ patient: 'bob' })), report(2, raised({ user: 'v' })), report(3, raised({ rule: 'chartsPerMinute', patient: undefined })), report(4, raised({ response: 'notice' })), report(5, answered()), report(6, raised())]
    expect(readDesk(events).map((one) => (one.kind === 'alert' ? [one.rule, one.answer?.reason] : one.kind))).toEqual([['vip', undefined], ['vip', undefined], ['chartsPerMinute', 'cover'], ['vip', undefined], ['vip', undefined]])
  })

  it('lists the glass that was broken, beside the alerts', () => {
    const broken: AuditEvent = { ...report(2, ''), subtype: [{ code: '110127' }], entity: [{ what: { reference: 'Patient/vip' } }] }
    expect(readDesk([report(1, raised()), broken, { ...broken, subtype: [{ code: '110128' }] }, report(3, raised())]).map(({ kind }) => kind)).toEqual(['alert', 'override', 'alert'])
    expect(readDesk([broken])).toEqual([{ kind: 'override', at: '2026-11-28T12:02:00.000Z', who: { reference: 'Practitioner/dr-ada' }, patient: 'Patient/vip' }])
  })

  it('passes over what is no alert', () => {
    for (const line of ['', 'x', `${'0'.repeat(64)} null`, `${'0'.repeat(64)} {"event":"alert.raised"}`]) expect(readDesk([report(1, line)])).toEqual([])
    expect(readDesk([{ ...report(1, ''), entity: [] }, report(2, answered()), report(3, { ...answered(), outcome: 'refused' })])).toEqual([])
  })
})
