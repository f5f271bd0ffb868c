import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'

export interface OrderList {
  /** Absent while nothing has come. */
  readonly orders: readonly DeskOrder[] | undefined
  /** When they were last asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly failure: ShownFailure | undefined
  more(): void
  again(): void
}

/** How often it is looked whether a colleague asked for an order: nothing of that changes a workstation. Milliseconds. */
const lookEvery = 20_000

/** The orders, the newest first. Read again when a workstation changed (an order that was taken is a change), and now and then. `revision`: of the workstations. */
export function useOrders(which: 'all' | 'awaiting', revision: number): OrderList {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const hasLooked = useRef(false)
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'desk', 'orders', which],
    queryFn: async ({ pageParam, signal }) => {
      const cause = hasLooked.current ? 'refresh' : 'look'
      const page = await bridge.callUntil(signal, 'desk.orders', { cause, ...(which === 'awaiting' ? { state: 'awaiting' as const } : {}), ...(pageParam === '' ? {} : { before: pageParam }) })
      hasLooked.current = true
      return { asOf: clock.now(), page }
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.next,
    refetchInterval: lookEvery,
    // Whoever comes back to it sees what is so now.
    gcTime: 0,
  })
  const { refetch } = query
  const seen = useRef(revision)
  useEffect(() => {
    if (seen.current === revision) return
    seen.current = revision
    void refetch()
  }, [revision, refetch])
  const pages = query.data?.pages
  // What came in meanwhile pushes others over to the next part: each stands here once.
  const orders = useMemo(() => pages && [...new Map(pages.flatMap(({ page }) => page.orders).map((order) => [order.id, order])).values()], [pages])
  return {
    orders,
    asOf: pages?.[0]?.asOf ?? 0,
    hasMore: query.hasNextPage,
    isLoading: query.isFetching,
    failure: query.error ? failureOf(query.error) : undefined,
    more: () => void query.fetchNextPage(),
    again: () => void refetch(),
  }
}
