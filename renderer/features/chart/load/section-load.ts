import { infiniteQueryOptions, type InfiniteData } from '@tanstack/react-query'
import type { PatientId, Section, SectionName } from '../../../../shared/contract/index.ts'
import type { FailureKind } from '../../../../shared/errors.ts'
import { failureOf } from '../../../bridge/index.ts'
import { type ChartAccess, firstLook } from './access.ts'
import { rememberHeads } from '../heads.ts'
import { fitsInPlace, withFirstPage } from './merge.ts'

type Pages = InfiniteData<Section, string | undefined>

/** Everything that is known of one patient starts with this key. */
export const chartKey = (epoch: number, patient: PatientId) => [epoch, patient] as const
const sectionKey = (epoch: number, patient: PatientId, section: SectionName) => [...chartKey(epoch, patient), 'section', section] as const
export const refreshKey = (epoch: number, patient: PatientId, section: SectionName) => [...chartKey(epoch, patient), 'refresh', section] as const
export const heldKey = (epoch: number, patient: PatientId, section: SectionName) => [...chartKey(epoch, patient), 'held', section] as const

/** A section as it is first asked for: from the sealed cache where that has it, else from the EHR. */
export function sectionQuery(access: ChartAccess, patient: PatientId, section: SectionName) {
  return infiniteQueryOptions({
    queryKey: sectionKey(access.epoch, patient, section),
    // What was kept of a later page has nobody who confirms it behind that: it is asked for when it is read.
    queryFn: ({ pageParam }) => access.read(patient, section, pageParam === undefined ? firstLook : { want: 'current', cause: 'look', next: pageParam }),
    // The first page has no cursor.
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Section) => last.next,
  })
}

/** Asks for a section and, where the answer was kept, has the EHR confirm it behind that. Never rejects: the queries hold the outcome. */
export async function loadSection(access: ChartAccess, patient: PatientId, section: SectionName, isPointedAt: () => boolean): Promise<void> {
  await lookAtSection(access, patient, section)
  await confirmSection(access, patient, section, isPointedAt)
}

/** Asks for a section: what was kept, or what the EHR says now. Never rejects. */
export async function lookAtSection(access: ChartAccess, patient: PatientId, section: SectionName): Promise<void> {
  await access.client.prefetchInfiniteQuery(sectionQuery(access, patient, section))
  const first = firstPage(access, patient, section)
  if (section === 'patient' && first) rememberHeads(access, first.resources)
}

/** Has the EHR confirm a section whose answer was a kept one. Never rejects. */
export async function confirmSection(access: ChartAccess, patient: PatientId, section: SectionName, isPointedAt: () => boolean): Promise<void> {
  if (firstPage(access, patient, section)?.freshness.source === 'cache') await refreshSection(access, patient, section, isPointedAt)
}

const firstPage = (access: ChartAccess, patient: PatientId, section: SectionName): Section | undefined =>
  access.client.getQueryData(sectionQuery(access, patient, section).queryKey)?.pages[0]

/** Answers that end what is shown: the record is no longer this person's to see, or no longer there. */
const endings: ReadonlySet<FailureKind> = new Set(['forbidden', 'not-found', 'gone', 'wrong-patient', 'not-permitted', 'malformed', 'unauthorized'])

/** Has the EHR confirm what is shown of a section. What would move things under the pointer is held until asked for. */
export async function refreshSection(access: ChartAccess, patient: PatientId, section: SectionName, isPointedAt: () => boolean): Promise<void> {
  const { client, epoch } = access
  const query = sectionQuery(access, patient, section)
  try {
    const newer = await client.fetchQuery({
      queryKey: refreshKey(epoch, patient, section),
      queryFn: () => access.read(patient, section, { want: 'current', cause: 'refresh' }),
      staleTime: 0,
    })
    const shown = client.getQueryData(query.queryKey)?.pages[0]
    if (shown && !fitsInPlace(shown, newer) && isPointedAt()) client.setQueryData(heldKey(epoch, patient, section), newer)
    else showNewer(access, patient, section, newer)
  } catch (error) {
    if (endings.has(failureOf(error).kind)) await client.resetQueries({ queryKey: query.queryKey })
  }
}

/** Puts newer data in the place of what is shown. */
export function showNewer(access: ChartAccess, patient: PatientId, section: SectionName, newer: Section): void {
  const { client, epoch } = access
  client.setQueryData(sectionKey(epoch, patient, section), (shown: Pages | undefined): Pages => {
    const pages = withFirstPage(shown?.pages ?? [], newer)
    return { pages, pageParams: [undefined, ...pages.slice(0, -1).map((page) => page.next)] }
  })
  client.removeQueries({ queryKey: heldKey(epoch, patient, section) })
}
