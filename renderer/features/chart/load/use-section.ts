import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { PatientId, Section, SectionName } from '../../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { useChartAccess } from './access.ts'
import { readOnce } from './read-once.ts'
import { heldKey, loadSection, refreshKey, sectionQuery, showNewer } from './section-load.ts'

/** What is known of a section, as a screen must tell it apart. */
export type SectionState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: ShownFailure; readonly retry: () => void }
  | {
      readonly state: 'ready'
      readonly resources: Section['resources']
      readonly freshness: Section['freshness']
      /** How many the EHR claims there are. */
      readonly total: number | undefined
      readonly refused: Section['refused']
      /** Something was left out, by us or by the EHR: that it is not listed does not mean that it is not there. */
      readonly isPartial: boolean
      /** The EHR did not send all of it, as far as can be told. */
      readonly isCutByEhr: boolean
      readonly refreshing: boolean
      readonly refreshFailure: ShownFailure | undefined
      /** Shows newer data that waits because it would have moved what was pointed at. */
      readonly showNewer: (() => void) | undefined
      readonly hasMore: boolean
      readonly isLoadingMore: boolean
      readonly moreFailure: ShownFailure | undefined
      readonly loadMore: () => void
    }

/** One section of a chart. Loading it is `loadSection`'s: this hook only watches. */
export function useSection(patient: PatientId, section: SectionName): SectionState {
  const access = useChartAccess()
  const query = useInfiniteQuery({ ...sectionQuery(access, patient, section), enabled: false })
  const refresh = useQuery<Section>({ queryKey: refreshKey(access.epoch, patient, section), queryFn: neverFetched, enabled: false })
  const held = useQuery<Section>({ queryKey: heldKey(access.epoch, patient, section), queryFn: neverFetched, enabled: false })
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const newer = held.data
  const isRefreshing = refresh.fetchStatus === 'fetching'
  const refreshError = refresh.error

  return useMemo((): SectionState => {
    const first = data?.pages[0]
    if (!data || !first) {
      if (error === null) return { state: 'loading' }
      return { state: 'failed', failure: failureOf(error), retry: () => void loadSection(access, patient, section, () => false) }
    }
    const refused = {
      wrongPatient: sum(data.pages, (page) => page.refused.wrongPatient),
      malformed: sum(data.pages, (page) => page.refused.malformed),
    }
    const isCutByEhr = data.pages.some((page) => page.partial === 'left-out' || (page.partial === 'unordered' && hasNextPage))
    return {
      state: 'ready',
      resources: resourcesOf(data.pages),
      freshness: oldest(data.pages),
      total: first.total,
      refused,
      isPartial: isCutByEhr || refused.wrongPatient + refused.malformed > 0,
      isCutByEhr,
      refreshing: isRefreshing,
      refreshFailure: refreshError === null ? undefined : failureOf(refreshError),
      showNewer: newer === undefined ? undefined : () => showNewer(access, patient, section, newer),
      hasMore: hasNextPage,
      isLoadingMore: isFetchingNextPage,
      moreFailure: error === null ? undefined : failureOf(error),
      loadMore: () => void fetchNextPage(),
    }
  }, [data, error, fetchNextPage, hasNextPage, isFetchingNextPage, newer, isRefreshing, refreshError, access, patient, section])
}

/** Newer records that wait for their place, where there are any: for the banner, which shows them at once. */
export function useNewest(patient: PatientId, section: SectionName): Section | undefined {
  const { epoch } = useChartAccess()
  return useQuery<Section>({ queryKey: heldKey(epoch, patient, section), queryFn: neverFetched, enabled: false }).data
}

/** Something was left out of an answer, by us or by the EHR. */
export const isPartial = ({ refused, partial }: Section): boolean => partial !== undefined || refused.wrongPatient + refused.malformed > 0

const neverFetched = () => Promise.reject(new Error('This query is only watched.'))

/** All records of the pages: one list for all who ask, so that what is read of it is read once. */
const resourcesOf = readOnce((pages: readonly Section[]) => once(pages.flatMap((page) => page.resources)))

/** A record that slipped from one page to the next while both were read is listed once. */
function once(resources: Section['resources']): Section['resources'] {
  const seen = new Set<string>()
  return resources.filter((resource) => {
    const name = `${resource.resourceType}/${resource.id ?? ''}`
    if (resource.id === undefined) return true
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}

/** A list is as old as its oldest part. */
function oldest(pages: readonly Section[]): Section['freshness'] {
  const stale = pages.filter((page) => page.freshness.source === 'cache')
  const asOf = Math.min(...(stale.length > 0 ? stale : pages).map((page) => page.freshness.asOf))
  return { source: stale.length > 0 ? 'cache' : 'network', asOf }
}

function sum(pages: readonly Section[], count: (page: Section) => number): number {
  return pages.reduce((total, page) => total + count(page), 0)
}
