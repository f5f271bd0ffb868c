import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import type { AuditFilter, AuditPage } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { inOrder } from './order.ts'

/** More lines than this are no report that a person reads: they are exported, or narrowed. */
export const mostRows = 20_000

export interface LoadedTrail {
  readonly rows: readonly AuditRow[]
  /** How many there are, where the EHR says it. */
  readonly total: number | undefined
  readonly hasMore: boolean
  /** `loaded`: the order is that of the entries that are loaded, and others may belong between them. */
  readonly sorted: 'whole' | 'loaded'
  readonly refused: AuditPage['refused']
  readonly isPartial: boolean
  readonly users: AuditPage['users']
  /** When it was asked, in epoch milliseconds. */
  readonly asOf: number
}

export interface TrailState {
  /** Absent while nothing has come. */
  readonly loaded: LoadedTrail | undefined
  readonly failure: ShownFailure | undefined
  readonly isLoading: boolean
  /** All of it is being loaded, part after part. */
  readonly isLoadingAll: boolean
  readonly order: AuditSort
  sortBy(order: AuditSort): void
  loadMore(): void
  loadAll(): void
  stop(): void
  again(): void
}

/** The trail for a filter. Every part is asked for by a person, and recorded: nothing is fetched ahead. */
export function useTrail(filter: AuditFilter): TrailState {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const [order, setOrder] = useState<AuditSort>({ by: 'at', descending: true })
  /** The order that the EHR was asked for. */
  const [sort, setSort] = useState(order)
  /** The filter of which all is wanted: another one is another question. */
  const [allOf, setAllOf] = useState<AuditFilter>()
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'audit', filter, sort],
    queryFn: async ({ pageParam, signal }) => ({ asOf: clock.now(), page: await bridge.callUntil(signal, 'audit.events', { filter, sort, ...(pageParam === '' ? {} : { next: pageParam }) }) }),
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.next,
  })
  const parts = query.data?.pages
  const loaded = useMemo(() => (parts === undefined ? undefined : joined(parts, order, sort)), [parts, order, sort])
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  const isFull = (loaded?.rows.length ?? 0) >= mostRows
  const isLoadingAll = allOf === filter && hasNextPage && !isError && !isFull
  useEffect(() => {
    if (parts !== undefined && isLoadingAll && !isFetching) void fetchNextPage()
    // The parts too: one that comes within a frame is there without `isFetching` having been seen to change.
  }, [isLoadingAll, isFetching, parts, fetchNextPage])

  return {
    loaded,
    failure: query.error ? failureOf(query.error) : undefined,
    isLoading: query.isFetching,
    isLoadingAll,
    order,
    sortBy(next) {
      setOrder(next)
      // What is there whole need not be asked for again to stand in another order.
      if (loaded === undefined || loaded.hasMore) {
        setAllOf(undefined)
        setSort(next)
      }
    },
    loadMore: () => void query.fetchNextPage(),
    loadAll: () => setAllOf(filter),
    stop: () => setAllOf(undefined),
    again: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
  }
}

function joined(parts: readonly { readonly asOf: number; readonly page: AuditPage }[], order: AuditSort, sort: AuditSort): LoadedTrail {
  const [first] = parts
  const pages = parts.map(({ page }) => page)
  // Entries that came in meanwhile push others over to the next part: each stands here once.
  const rows = [...new Map(pages.flatMap((page) => page.rows).map((row) => [row.id, row])).values()]
  const hasMore = pages.at(-1)?.next !== undefined
  const isInOrder = order === sort && pages.every((page) => page.order === 'server')
  return {
    rows: isInOrder ? rows : inOrder(rows, order),
    total: pages[0]?.total,
    hasMore,
    sorted: isInOrder || !hasMore ? 'whole' : 'loaded',
    refused: { wrongPatient: sum(pages.map((page) => page.refused.wrongPatient)), malformed: sum(pages.map((page) => page.refused.malformed)) },
    isPartial: pages.some((page) => page.isPartial),
    users: pages[0]?.users,
    asOf: first?.asOf ?? 0,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
