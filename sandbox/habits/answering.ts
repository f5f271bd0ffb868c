import { assertNever } from '../../shared/assert-never.ts'
import type { Faults } from '../faults/index.ts'
import { noOrder } from './asking.ts'

/**
 * An answer of the FHIR API as a server of such habits writes it. `text` is FHIR JSON as the API wrote it. It is changed as text: to
 * read and write it again would change numbers (`7.10`). Pure.
 */
export function writtenByHabit(text: string, habits: Faults, baseUrl: string): string {
  const named = withPatients(text, habits.patientReferences, baseUrl)
  if (!named.startsWith('{"resourceType":"Bundle","type":"searchset"')) return named
  if (habits.outcomes === 'instead') return outcome('error', 'forbidden')
  return withEntries(withLinks(named, habits, baseUrl), [...outcomes(habits.outcomes), ...extras(habits.includes, baseUrl)])
}

function withPatients(text: string, how: Faults['patientReferences'], baseUrl: string): string {
  const replaced = (replacement: string) => text.replace(/"reference":"Patient\/([A-Za-z0-9\-.]{1,64})"/g, replacement)
  switch (how) {
    case 'relative':
      return text
    case 'absolute':
      return replaced(`"reference":"${baseUrl}/Patient/$1"`)
    case 'versioned':
      return replaced(`"reference":"Patient/$1/_history/1"`)
    case 'by-identifier':
      return replaced(`"type":"Patient","identifier":{"system":"urn:sandbox:number","value":"$1"}`)
    default:
      return assertNever(how)
  }
}

function withLinks(text: string, { nextLinks, sort }: Faults, baseUrl: string): string {
  // Links stand before the entries, whose own addresses stay as they are.
  const end = text.indexOf(',"entry":[')
  const head = end < 0 ? text : text.slice(0, end)
  // What was not heeded is left out of the self link (https://hl7.org/fhir/R4/search.html#conformance).
  const heeded = sort === 'honoured' ? head : head.replaceAll(`&${noOrder}"`, '"')
  return withNextLinks(heeded, nextLinks, baseUrl) + (end < 0 ? '' : text.slice(end))
}

function withNextLinks(head: string, how: Faults['nextLinks'], baseUrl: string): string {
  if (how === 'absolute') return head
  const { host, pathname } = new URL(baseUrl)
  const start = { 'from-base': '', 'from-root': `${pathname}/`, 'plain-http': `http://${host}${pathname}/` }[how]
  return head.replaceAll(`"url":"${baseUrl}/`, `"url":"${start}`)
}

const outcome = (severity: string, code: string) =>
  `{"resourceType":"OperationOutcome","issue":[{"severity":"${severity}","code":"${code}","details":{"text":"A habit of this server."}}]}`

function outcomes(habit: Faults['outcomes']): string[] {
  switch (habit) {
    case 'none':
    case 'instead': // seen to before
      return []
    case 'note':
      return [`{"resource":${outcome('information', 'informational')},"search":{"mode":"outcome"}}`]
    case 'unmarked-note':
      return [`{"resource":${outcome('warning', 'processing')}}`]
    case 'suppressed':
      return [`{"resource":${outcome('warning', 'suppressed')},"search":{"mode":"outcome"}}`]
    default:
      return assertNever(habit)
  }
}

function extras(habit: Faults['includes'], baseUrl: string): string[] {
  if (habit === 'as-asked') return []
  return [`{"fullUrl":"${baseUrl}/Practitioner/unasked","resource":{"resourceType":"Practitioner","id":"unasked","active":true},"search":{"mode":"include"}}`]
}

function withEntries(text: string, entries: readonly string[]): string {
  if (entries.length === 0) return text
  const start = ',"entry":['
  const at = text.indexOf(start)
  const added = entries.join(',')
  return at < 0 ? `${text.slice(0, -1)}${start}${added}]}` : `${text.slice(0, at)}${start}${added},${text.slice(at + start.length)}`
}
