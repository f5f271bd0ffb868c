import type { Medication, MedicationRequest, MedicationStatement, Period, Reference } from '@medplum/fhirtypes'
import { containedIn, readActor } from './actor.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { readConcept, readConcepts } from './coding.ts'
import type { Directions } from './dosage.ts'
import { readDirections } from './dosage.ts'
import { isCurrent } from './name.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Recorded } from './recorded.ts'
import { tallMan } from './tall-man.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, line, malformed, oneOf, resource } from './untrusted.ts'
import type { Viewpoint } from './zone.ts'

/** A drug's name, whole: `display` with the generic name first where it is known, and tall-man letters; `asWritten` the author's words where they begin otherwise. */
export type DrugName =
  | { readonly kind: 'recorded'; readonly display: string; readonly asWritten: string | undefined; readonly codes: Concept['codes'] }
  | { readonly kind: 'code-only'; readonly code: string }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'not-known' }

export type MedicationRow = {
  readonly kind: 'medication'
  readonly id: string | undefined
  readonly source: 'MedicationRequest' | 'MedicationStatement'
  readonly name: DrugName
  readonly status:
    | 'active' | 'on-hold' | 'cancelled' | 'completed' | 'stopped' | 'draft' | 'intended' | 'not-taken' | 'unknown' // prettier-ignore
  /** A proposal or a plan is no order. */
  readonly intent: 'order' | 'plan' | 'not-recorded'
  /** The record says NOT to give it. It is no medication of the patient. */
  readonly prohibited: boolean
  /** Told by somebody, not ordered here. */
  readonly reported: boolean
  readonly directions: readonly Directions[]
  readonly since: PartialDate | undefined
  readonly until: PartialDate | undefined
  /** Its period is over though its status is still active: to be said. */
  readonly isPastItsEnd: boolean
  readonly prescriber: Recorded<string>
  readonly reasons: readonly Concept[]
  readonly hasUnknownModifier: boolean
}

export type Medications = {
  /** Active, on hold, intended, and those of which nobody knows: by name. Unreadable entries first. */
  readonly current: readonly (MedicationRow | Malformed)[]
  /** Completed, stopped, cancelled, not taken. */
  readonly past: readonly MedicationRow[]
  /** Drafts, proposals and plans. */
  readonly planned: readonly MedicationRow[]
  /** `doNotPerform`: must not be given. */
  readonly prohibited: readonly MedicationRow[]
}

const statuses = ['active', 'on-hold', 'cancelled', 'completed', 'stopped', 'draft', 'intended', 'not-taken'] as const
const past = new Set<string>(['cancelled', 'completed', 'stopped', 'not-taken'])

/** Reads MedicationRequest and MedicationStatement resources of one patient; Medication resources in the list are looked up, not listed. Entered in error: nowhere. */
export function readMedications(resources: readonly unknown[], at: Viewpoint): Medications {
  const drugs = new Map<string, Untrusted<Medication>>()
  for (const entry of resources) {
    const drug = resource<Medication>(entry, 'Medication')
    if (drug !== undefined && typeof drug.id === 'string') drugs.set(drug.id, drug)
  }
  const lists = { current: [] as (MedicationRow | Malformed)[], past: [] as MedicationRow[], planned: [] as MedicationRow[], prohibited: [] as MedicationRow[] }
  for (const entry of resources) {
    if (fields<Medication>(entry)?.resourceType === 'Medication') continue
    const row = readRow(entry, drugs, at)
    if (row === 'entered-in-error') continue
    if (row === undefined) lists.current.push(malformed(entry))
    else if (row.prohibited) lists.prohibited.push(row)
    else if (past.has(row.status)) lists.past.push(row)
    else if (row.status === 'draft' || row.intent === 'plan') lists.planned.push(row)
    else lists.current.push(row)
  }
  lists.current.sort(byName)
  lists.past.sort(byName)
  lists.planned.sort(byName)
  lists.prohibited.sort(byName)
  return lists
}

function readRow(entry: unknown, drugs: ReadonlyMap<string, Untrusted<Medication>>, at: Viewpoint): MedicationRow | 'entered-in-error' | undefined {
  const request = resource<MedicationRequest>(entry, 'MedicationRequest')
  const statement = request === undefined ? resource<MedicationStatement>(entry, 'MedicationStatement') : undefined
  const read = request ?? statement
  if (read === undefined) return undefined
  if (read.status === 'entered-in-error') return 'entered-in-error'
  const concept = drugConcept(read, drugs)
  if (concept.kind === 'malformed') return undefined
  const written = request?.dosageInstruction ?? statement?.dosage
  if (!isAbsent(written) && !Array.isArray(written)) return undefined
  const effective = fields<Period>(statement?.effectivePeriod)
  const validity = fields<Period>(fields<{ validityPeriod: unknown }>(request?.dispenseRequest)?.validityPeriod)
  const status = oneOf(read.status, statuses) ?? 'unknown'
  const directions = readDirections(written)
  return {
    kind: 'medication',
    id: line(read.id),
    source: request === undefined ? 'MedicationStatement' : 'MedicationRequest',
    name: drugName(concept),
    status,
    intent: intentOf(request),
    prohibited: request?.doNotPerform === true,
    reported: statement !== undefined || request?.reportedBoolean === true || !isAbsent(request?.reportedReference),
    directions,
    since: readDateTime(effective?.start) ?? readDateTime(statement?.effectiveDateTime) ?? readDateTime(request?.authoredOn),
    until: readDateTime(effective?.end) ?? readDateTime(validity?.end),
    isPastItsEnd: status === 'active' && effective !== undefined && !isCurrent({ end: effective.end }, at),
    prescriber: readActor(request?.requester ?? statement?.informationSource, read.contained),
    reasons: readConcepts(read.reasonCode),
    hasUnknownModifier: hasUnknownModifier(read) || directions.some((line) => line.hasUnknownModifier),
  }
}

function intentOf(request: Untrusted<MedicationRequest> | undefined): MedicationRow['intent'] {
  const intent = request?.intent
  if (typeof intent !== 'string') return 'not-recorded'
  if (intent === 'order' || intent.endsWith('-order')) return 'order'
  return oneOf(intent, ['proposal', 'plan', 'option']) === undefined ? 'not-recorded' : 'plan'
}

function drugConcept(
  read: Untrusted<Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference' | 'contained'>>,
  drugs: ReadonlyMap<string, Untrusted<Medication>>,
): Concept {
  if (!isAbsent(read.medicationCodeableConcept)) return readConcept(read.medicationCodeableConcept)
  if (isAbsent(read.medicationReference)) return readConcept(undefined)
  const reference = fields<Reference>(read.medicationReference)
  if (reference === undefined) return { kind: 'malformed', codes: [] }
  const target = containedIn(read.contained, reference.reference)
  const id = typeof reference.reference === 'string' ? /(?:^|\/)Medication\/([^/]+)/.exec(reference.reference)?.[1] : undefined
  const drug = target === undefined ? (id === undefined ? undefined : drugs.get(id)) : fields<Medication>(target)
  const concept = readConcept(drug?.code)
  const display = line(reference.display)
  return concept.kind === 'recorded' || display === undefined ? concept : { kind: 'recorded', text: display, codes: concept.codes }
}

/** The author's words where they begin with the generic name; else RxNorm's name first, and the author's words beside it. */
function drugName(concept: Concept): DrugName {
  if (concept.kind === 'code-only') return { kind: 'code-only', code: concept.code }
  if (concept.kind === 'not-known') return { kind: 'not-known' }
  if (concept.kind !== 'recorded') return { kind: 'not-recorded' }
  const { text, codes } = concept
  const formal = codes.find(({ system: from, display }) => from === system.rxnorm && display !== undefined)?.display
  if (formal === undefined || beginsGeneric(text, formal)) return { kind: 'recorded', display: tallMan(text), asWritten: undefined, codes }
  return { kind: 'recorded', display: tallMan(formal), asWritten: tallMan(text), codes }
}

/**
 * Whether the first word of the text that is long enough to be a drug is an ingredient. RxNorm (normalized names, RxNorm technical
 * documentation §5) writes ingredients in small letters, forms in title case, units in capitals, the brand in brackets.
 */
function beginsGeneric(text: string, formal: string): boolean {
  if (text.toLowerCase() === formal.toLowerCase()) return true
  const [firstWord] = text.toLowerCase().match(/\p{L}{4,}/u) ?? []
  const ingredients: readonly string[] = formal.replace(/\[[^\]]*\]/g, ' ').match(/(?<!\p{L})[a-z]{4,}(?!\p{L})/gu) ?? []
  return firstWord !== undefined && ingredients.includes(firstWord)
}

function byName(a: MedicationRow | Malformed, b: MedicationRow | Malformed): number {
  if (a.kind === 'malformed' || b.kind === 'malformed') return Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
  const text = ({ name }: MedicationRow): string => (name.kind === 'recorded' ? name.display.toLowerCase() : '')
  return text(a).localeCompare(text(b))
}
