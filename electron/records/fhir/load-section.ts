import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type Belonging, insteadOfAnswer, readBundle } from './bundle.ts'
import type { FhirClient } from './client.ts'
import { standNewestFirst } from './newest-first.ts'
import { verdictOf } from './outcome.ts'
import { nextWithin } from './paging.ts'
import type { Search, SectionQuery } from './sections.ts'
import { searchPath, unsorted } from './sections.ts'

/** One page as it came, with what revalidates it. The form in which a section is kept. */
export const KeptPage = z.object({
  /** Relative to the base, or absolute. */
  url: z.string(),
  /** The search it belongs to: an index into the section's searches. */
  search: z.number().int(),
  etag: z.string().optional(),
  resources: z.array(FhirResource),
  refused: z.object({ wrongPatient: z.number(), malformed: z.number() }),
  /** `left-out`: the EHR said that it left something out. `unordered`: it does not sort, and there is more than was read. */
  partial: z.enum(['left-out', 'unordered']).optional(),
  next: z.string().optional(),
  total: z.number().optional(),
})
export type KeptPage = z.infer<typeof KeptPage>

/** Where the rest of a section is: the next address of each search that has one. */
export interface Continuation {
  readonly starts: readonly { readonly search: number; readonly url: string }[]
  /** Every address read so far, against circles that close over several calls. */
  readonly seen: readonly string[]
}

export interface LoadedSection {
  readonly pages: readonly KeptPage[]
  readonly rest: Continuation | undefined
}

export interface SectionRequest {
  readonly query: SectionQuery
  readonly patient: string
  /** Absent: from the start. */
  readonly from?: Continuation | undefined
  /** What is kept of the same part: revalidated by its ETags. */
  readonly kept?: readonly KeptPage[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Types that this EHR refused to sort: written here, and not asked to be sorted again. */
  readonly unsortable?: Set<string> | undefined
}

/** More pages of one list than this in one go is a server that has lost its way. */
const mostPages = 20
/** FHIR's answer to a parameter that the server does not know (R4 §3.1.1.4.2). */
const badRequest = 400
/** And over all goes. */
const mostAddresses = 500

/**
 * Loads a section from the EHR. `belongs` decides whether a resource is about the patient.
 * Throws `wrong-patient` if the patient itself is another, `malformed` on a foreign or circular next page.
 */
export async function loadSection(client: FhirClient, belongs: (resource: Resource, patient: string) => Belonging, request: SectionRequest): Promise<LoadedSection> {
  const { query, patient, kept = [], signal, unsortable = new Set() } = request
  const effort = client.effort(signal)
  const keptByUrl = new Map(kept.map((page) => [page.url, page]))

  if (query.kind === 'read') {
    const url = `${query.type}/${patient}`
    const before = keptByUrl.get(url)
    const answer = await client.get(url, { etag: before?.etag, effort })
    if (answer.kind === 'unchanged') return { pages: before ? [before] : [], rest: undefined }
    const resource = FhirResource.safeParse(answer.json)
    if (verdictOf(answer.json) !== undefined) throw insteadOfAnswer(answer.json)
    if (!resource.success || resource.data.resourceType !== query.type) throw new ChartkeepError('malformed')
    if (belongs(resource.data, patient) !== 'yes') throw new ChartkeepError('wrong-patient')
    const page = { url, search: 0, resources: [resource.data], refused: { wrongPatient: 0, malformed: 0 }, ...(answer.etag === undefined ? {} : { etag: answer.etag }) }
    return { pages: [page], rest: undefined }
  }

  const seen = new Set(request.from?.seen)
  const starts = request.from?.starts ?? query.searches.map((search, index) => ({ search: index, url: searchPath(unsortable.has(search.type) ? unsorted(search) : search, patient) }))

  async function page(url: string, index: number, search: Search): Promise<ReadPage> {
    const before = keptByUrl.get(url)
    const answer = await client.get(url, { etag: before?.etag, effort })
    if (answer.kind === 'unchanged' && before !== undefined) return { page: before, isSorted: standNewestFirst(before.resources) }
    if (answer.kind === 'unchanged') throw new ChartkeepError('server')
    const { next, total, ...read } = readBundle(answer.json, {
      types: [search.type, ...(search.with ?? [])],
      about: { type: search.type, patient },
      belongs: (resource) => (search.with?.includes(resource.resourceType) === true ? 'yes' : belongs(resource, patient)),
    })
    // What was left out may have been spoilt on the way: "it has not changed" must not confirm it for ever.
    const isWhole = read.refused.wrongPatient + read.refused.malformed === 0
    const found = {
      url,
      search: index,
      resources: [...read.resources],
      refused: read.refused,
      ...(read.isPartial ? { partial: 'left-out' as const } : {}),
      ...(answer.etag === undefined || !isWhole ? {} : { etag: answer.etag }),
      ...(next === undefined ? {} : { next }),
      ...(total === undefined ? {} : { total }),
    }
    return { page: found, isSorted: !read.ignores('_sort') && standNewestFirst(read.resources) }
  }

  /** The first page of a search; of a server that refuses to sort, once more without asking for it. */
  async function firstPage(url: string, index: number, search: Search): Promise<ReadPage> {
    try {
      return await page(url, index, search)
    } catch (error) {
      const isRefused = error instanceof ChartkeepError && error.cause === badRequest
      if (!isRefused || search.parameters['_sort'] === undefined || unsortable.has(search.type) || request.from !== undefined) throw error
      const again = await page(searchPath(unsorted(search), patient), index, search)
      unsortable.add(search.type)
      return again
    }
  }

  async function follow(start: { search: number; url: string }, pages: 'all' | 'first'): Promise<{ pages: KeptPage[]; rest: string | undefined }> {
    const search = query.kind === 'search' ? query.searches[start.search] : undefined
    if (search === undefined) throw new ChartkeepError('malformed')
    const read: KeptPage[] = []
    let url: string | undefined = start.url
    let most = pages === 'all' ? mostPages : 1
    while (url !== undefined && read.length < most) {
      seen.add(absolute(client.fhirBase, url))
      if (seen.size > mostAddresses) throw new ChartkeepError('malformed')
      const got: ReadPage = read.length === 0 ? await firstPage(url, start.search, search) : await page(url, start.search, search)
      seen.add(absolute(client.fhirBase, got.page.url))
      read.push(got.page)
      url = got.page.next === undefined ? undefined : nextWithin(client.fhirBase, got.page.next, seen)
      // Where the newest may be on any page, all are read, as far as that goes.
      if (pages === 'first' && request.from === undefined && search.parameters['_sort'] !== undefined && !got.isSorted) most = mostPages
    }
    const isCut = url !== undefined && most > 1 && pages === 'first'
    return { pages: isCut ? read.map((one) => ({ partial: 'unordered' as const, ...one })) : read, rest: url }
  }

  const lists = await Promise.all(starts.map((start) => follow(start, query.pages)))
  const rest = lists.flatMap((list, index) => {
    const search = starts[index]?.search
    return list.rest === undefined || search === undefined ? [] : [{ search, url: list.rest }]
  })
  return { pages: lists.flatMap((list) => list.pages), rest: rest.length === 0 ? undefined : { starts: rest, seen: [...seen] } }
}

interface ReadPage {
  readonly page: KeptPage
  /** Nothing says that it is not newest first. */
  readonly isSorted: boolean
}

function absolute(fhirBase: string, url: string): string {
  return new URL(url, `${fhirBase}/`).href
}
