import type { Ask } from './desk.ts'

const dicom = (code: string) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code })

export interface Found {
  /** Who is reported for: `Practitioner/…`. */
  readonly who: string
  readonly device: string
  readonly patient: string
  readonly correlation: string
  readonly rule?: string
}

/** Reports what a rule found, as a workstation does (docs/alerts.md), and that its user said why. `authorization`: with the right to report. */
export async function reportAlert(ask: Ask, authorization: string, { who, device, patient, correlation, rule = 'vip' }: Found): Promise<void> {
  const lines = [
    { event: 'alert.raised', outcome: 'success', rule, severity: 'high', response: 'ask-reason', count: 1, more: 0, correlation, user: 'user-1', device, patient },
    { event: 'hold.answered', outcome: 'intent', holdReason: 'cover', user: 'user-1', device, patient, sealed: 'sealed.words.of.the.user' },
  ]
  for (const [index, line] of lines.entries()) {
    const { status, text } = await ask('POST', '/fhir/R4/AuditEvent', authorization, {
      resourceType: 'AuditEvent', type: dicom('110113'), subtype: [dicom('110133')], action: 'E', outcome: '0', recorded: new Date(Date.now() + index).toISOString(),
      agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }, who: { reference: who }, requestor: true }],
      source: { observer: { display: 'Chartkeep workstation' } },
      entity: [{ what: { reference: `Patient/${patient}` }, type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1' }, role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1' } }, { what: { display: 'chain' }, detail: [{ type: 'line', valueBase64Binary: Buffer.from(`${'0'.repeat(64)} ${JSON.stringify(line)}`).toString('base64') }] }],
    })
    if (status !== 201) throw new Error(`the report was answered ${status}: ${text}`)
  }
}
