import type { SectionName } from '../../../shared/contract/index.ts'

/** How one part of the chart is asked for. */
export type SectionQuery =
  | { readonly kind: 'read'; readonly type: string }
  | {
      readonly kind: 'search'
      readonly searches: readonly Search[]
      /** `all`: half a list would be dangerous, so that pages are followed to the end. `first`: newest first, the rest on demand. */
      readonly pages: 'all' | 'first'
    }

export interface Search {
  readonly type: string
  /** Types that may come along (`_include`). */
  readonly with?: readonly string[]
  readonly parameters: Readonly<Record<string, string>>
}

const all = (...searches: Search[]): SectionQuery => ({ kind: 'search', searches, pages: 'all' })
const newestFirst = (...searches: Search[]): SectionQuery => ({ kind: 'search', searches, pages: 'first' })

/**
 * The searches of a chart, as US Core 8 has servers support them: observations always with a category, since `patient` alone is
 * not supported everywhere. The patient is added by who sends them.
 */
export const sectionQueries: Readonly<Record<SectionName, SectionQuery>> = {
  patient: { kind: 'read', type: 'Patient' },
  flags: all({ type: 'Flag', parameters: { _count: '100' } }),
  allergies: all({ type: 'AllergyIntolerance', parameters: { _count: '100' } }),
  problems: all({ type: 'Condition', parameters: { category: 'problem-list-item,health-concern', _count: '200' } }),
  medications: all({ type: 'MedicationRequest', with: ['Medication'], parameters: { intent: 'order', _include: 'MedicationRequest:medication', _count: '200' } }),
  vitals: newestFirst({ type: 'Observation', parameters: { category: 'vital-signs', _sort: '-date', _count: '200' } }),
  laboratory: newestFirst(
    { type: 'Observation', parameters: { category: 'laboratory', _sort: '-date', _count: '100' } },
  ),
  encounters: newestFirst({ type: 'Encounter', parameters: { _sort: '-date', _count: '50' } }),
  careTeam: all({ type: 'CareTeam', parameters: { status: 'active', _count: '50' } }),
  notes: newestFirst({ type: 'DocumentReference', parameters: { category: 'clinical-note', _sort: '-date', _count: '50' } }),
  immunizations: newestFirst({ type: 'Immunization', parameters: { _sort: '-date', _count: '200' } }),
  procedures: newestFirst({ type: 'Procedure', parameters: { _sort: '-date', _count: '200' } }),
}

/** The address of a search's first page, relative to the base. The patient's id is opaque: it may stand in a URL. */
export function searchPath(search: Search, patient: string): string {
  return `${search.type}?${new URLSearchParams({ patient, ...search.parameters }).toString()}`
}

/** The same search for a server that refuses to sort. */
export function unsorted(search: Search): Search {
  const { _sort: _, ...parameters } = search.parameters
  return { ...search, parameters }
}
