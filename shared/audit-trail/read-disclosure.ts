import type { AuditEvent, AuditEventAgent, AuditEventEntity, CodeableConcept, Coding, Reference } from '@medplum/fhirtypes'
import { fields, items, line, resource, type Untrusted } from '../clinical/untrusted.ts'
import type { DisclosureGroup } from './columns.ts'
import type { Disclosure } from './disclosure.ts'
import { readAuditEvent } from './read-event.ts'

/** Reads an AuditEvent as a line of an account of disclosures. Undefined for what is none. Never throws. */
export function readDisclosure(value: unknown): Disclosure | undefined {
  const row = readAuditEvent(value)
  const event = resource<AuditEvent>(value, 'AuditEvent')
  if (row === undefined || event === undefined) return undefined
  if (row.kind !== 'disclosure' && row.kind !== 'override-begun') return undefined
  const recipient = items<AuditEventAgent>(event.agent).find((agent) => agent.requestor !== true && isRecipient(agent))
  const who = fields<Reference>(recipient?.who)
  const name = line(recipient?.name) ?? line(who?.display) ?? line(who?.reference)
  const address = line(fields<{ address: string }>(recipient?.network)?.address)
  const reason = row.details.find(({ type }) => type === 'reason')?.value
  return {
    id: row.id,
    group: groupOf(row.kind === 'override-begun', row.purposes),
    recipient: { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) },
    what: items<AuditEventEntity>(event.entity).flatMap(contentOf).slice(0, 20),
    purposes: row.purposes,
    user: row.user,
    ...(row.at === undefined ? {} : { at: row.at }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** DICOM's destination, and HL7's information recipient (BALP, Privacy Disclosure at Source). */
const recipientRoles: ReadonlySet<string> = new Set(['110152', 'IRCP'])

function isRecipient(agent: Untrusted<AuditEventAgent>): boolean {
  const types = [fields<CodeableConcept>(agent.type), ...items<CodeableConcept>(agent.role)].flatMap((concept) => items<Coding>(concept?.coding))
  return types.some(({ code }) => recipientRoles.has(line(code) ?? ''))
}

/** 164.528(a)(1)(i), (ii) and, for 164.506, treatment, payment and health care operations: by HL7 v3 PurposeOfUse. */
const excepted: ReadonlySet<string> = new Set(['TREAT', 'ETREAT', 'COC', 'HPAYMT', 'HOPERAT', 'PATRQT'])

/** Without a purpose, or with one beside the excepted, it is accounted for: who wonders is better told too much. */
function groupOf(isEmergency: boolean, purposes: readonly string[]): DisclosureGroup {
  if (isEmergency) return 'emergency'
  return purposes.length > 0 && purposes.every((purpose) => excepted.has(purpose)) ? 'not-owed' : 'owed'
}

/** What left: everything the event names but the patient. In words where it has them. */
function contentOf(entity: Untrusted<AuditEventEntity>): string[] {
  const reference = line(fields<Reference>(entity.what)?.reference)
  if (/(?:^|\/)Patient\//.test(reference ?? '')) return []
  const told = line(entity.description) ?? line(entity.name) ?? line(fields<Reference>(entity.what)?.display) ?? reference
  return told === undefined ? [] : [told]
}
