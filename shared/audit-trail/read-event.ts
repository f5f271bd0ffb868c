import type { AuditEvent, AuditEventAgent, AuditEventEntity, AuditEventEntityDetail, AuditEventSource, CodeableConcept, Coding, Identifier, Reference } from '@medplum/fhirtypes'
import { fields, items, line, oneOf, resource, type Untrusted } from '../clinical/untrusted.ts'
import { PatientId } from '../contract/ids.ts'
import type { AuditKind } from './columns.ts'
import type { AuditRow } from './row.ts'

/** Reads an AuditEvent as a line of a report. Undefined for what is none, or has no id. Never throws. */
export function readAuditEvent(value: unknown): AuditRow | undefined {
  const event = resource<AuditEvent>(value, 'AuditEvent')
  const id = localId(event?.id)
  if (event === undefined || id === undefined) return undefined
  const agents = items<AuditEventAgent>(event.agent)
  const user = agents.find((agent) => agent.requestor === true) ?? agents[0]
  const machine = agents.find((agent) => addressOf(agent) !== undefined)
  const entities = items<AuditEventEntity>(event.entity)
  const patient = entities.flatMap((entity) => patientOf(entity.what) ?? [])[0] ?? agents.flatMap((agent) => patientOf(agent.who) ?? [])[0]
  const codings = [fields<Coding>(event.type), ...items<Coding>(event.subtype)].flatMap((coding) => coding ?? [])
  const action = oneOf(event.action, ['C', 'R', 'U', 'D', 'E'])
  const outcome = outcomes[line(event.outcome) ?? '']
  const at = instant(event.recorded)
  const address = (user && addressOf(user)) ?? (machine && addressOf(machine))
  return {
    id,
    kind: kindOf(codings, action),
    user: userOf(user),
    purposes: [...new Set([...items<CodeableConcept>(event.purposeOfEvent), ...agents.flatMap((agent) => items<CodeableConcept>(agent.purposeOfUse))].flatMap(codeOf))].slice(0, 20),
    details: detailsOf(entities, line(event.outcomeDesc)),
    ...(details(entities).some(({ type }) => type === sealedType) ? { sealed: true as const } : {}),
    ...defined({ at, action, outcome, patient, address, words: wordsOf(codings), record: recordOf(entities), source: sourceOf(fields<AuditEventSource>(event.source)) }),
  }
}

const outcomes: Readonly<Record<string, AuditRow['outcome']>> = { '0': 'success', '4': 'minor-failure', '8': 'serious-failure', '12': 'major-failure' }

/** By code: of the RESTful interactions (BALP's subtypes) and of DICOM PS3.16 CID 400 to 403. Their systems share no code. */
const kinds: Readonly<Record<string, AuditKind>> = {
  read: 'read', vread: 'read', search: 'search', 'search-type': 'search', 'search-system': 'search', create: 'create', update: 'update', patch: 'update', delete: 'delete',
  '110122': 'sign-in', '110123': 'sign-out', '110127': 'override-begun', '110128': 'override-ended', disclose: 'disclosure', '110106': 'disclosure', '110101': 'trail-read', '110112': 'search',
}
const byAction: Readonly<Record<string, AuditKind>> = { C: 'create', R: 'read', U: 'update', D: 'delete' }
/** The types that say no more than that something was done with records: their action tells what. */
const plainTypes: ReadonlySet<string> = new Set(['rest', '110110'])

/** The most telling code decides: the last that is known, since subtypes come after the type. */
function kindOf(codings: readonly Untrusted<Coding>[], action: string | undefined): AuditKind {
  const codes = codings.flatMap(({ code }) => line(code) ?? [])
  const found = codes.findLast((code) => Object.hasOwn(kinds, code))
  if (found !== undefined) return kinds[found] ?? 'other'
  return codes.some((code) => plainTypes.has(code)) ? (byAction[action ?? ''] ?? 'other') : 'other'
}

function wordsOf(codings: readonly Untrusted<Coding>[]): string | undefined {
  const told = codings.map(({ display, code }) => line(display) ?? line(code)).filter((text) => text !== undefined)
  return told.length === 0 ? undefined : told.slice(0, 6).join(': ').slice(0, 1_000)
}

function userOf(agent: Untrusted<AuditEventAgent> | undefined): AuditRow['user'] {
  const who = fields<Reference>(agent?.who)
  const identifier = fields<Identifier>(who?.identifier)
  const reference = relative(line(who?.reference)) ?? line(identifier?.value) ?? line(agent?.altId)
  return defined({ reference, name: line(agent?.name) ?? line(who?.display) })
}

/** `Practitioner/12` of an absolute or versioned reference; anything else as it is. */
function relative(reference: string | undefined): string | undefined {
  const found = reference === undefined ? null : /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference)
  return found?.[1] ?? reference
}

function patientOf(what: unknown): PatientId | undefined {
  const reference = relative(line(fields<Reference>(what)?.reference))
  return reference?.startsWith('Patient/') === true ? PatientId.safeParse(reference.slice('Patient/'.length)).data : undefined
}

/** What the event is about beside the patient. A search has none, and its query stays with the server. */
function recordOf(entities: readonly Untrusted<AuditEventEntity>[]): string | undefined {
  return entities.flatMap((entity) => {
    const reference = relative(line(fields<Reference>(entity.what)?.reference))
    return reference === undefined || reference.startsWith('Patient/') ? [] : [reference]
  })[0]
}

function sourceOf(source: Untrusted<AuditEventSource> | undefined): string | undefined {
  const observer = fields<Reference>(source?.observer)
  return line(observer?.display) ?? line(fields<Identifier>(observer?.identifier)?.value) ?? relative(line(observer?.reference)) ?? line(source?.site)
}

function addressOf(agent: Untrusted<AuditEventAgent>): string | undefined {
  return line(fields<{ address: string }>(agent.network)?.address)
}

function detailsOf(entities: readonly Untrusted<AuditEventEntity>[], outcome: string | undefined): AuditRow['details'] {
  const named = entities.flatMap((entity) => {
    const name = line(entity.name)
    const told = line(entity.description)
    return [...(name === undefined ? [] : [{ type: 'name', value: name }]), ...(told === undefined ? [] : [{ type: 'description', value: told }])]
  })
  // What is sealed is of no use to who reads the line.
  const told = details(entities).filter(({ type }) => type !== sealedType)
  return [...(outcome === undefined ? [] : [{ type: 'outcome', value: outcome }]), ...named, ...told].slice(0, 40)
}

/** As a workstation reports it (electron/audit/ship/audit-event.ts). */
const sealedType = 'sealed'

function details(entities: readonly Untrusted<AuditEventEntity>[]): AuditRow['details'] {
  return entities.flatMap((entity) => items<AuditEventEntityDetail>(entity.detail)).flatMap((detail) => {
    const [type, value] = [line(detail.type), line(detail.valueString)]
    return type === undefined || value === undefined ? [] : [{ type, value }]
  })
}

function codeOf(concept: Untrusted<CodeableConcept>): string[] {
  const [coding] = items<Coding>(concept.coding)
  const told = line(coding?.code) ?? line(concept.text)
  return told === undefined ? [] : [told]
}

/** FHIR `instant`: a moment with its zone. */
function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

function localId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value) ? value : undefined
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the fields that are undefined. */
function defined<T extends object>(all: T): Defined<T> {
  // What is left is what was there.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Defined<T>
}
