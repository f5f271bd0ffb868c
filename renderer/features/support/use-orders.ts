import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { useLookAgain } from './use-look-again.ts'

export interface OrderList {
  /** Absent while nothing has come. */
  readonly orders: readonly DeskOrder[] | undefined
  /** When they were last asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly hasMore: boolean
  /** Older ones are on their way. */
  readonly isLoadingMore: boolean
  readonly failure: ShownFailure | undefined
  more(): void
  again(): void
}

/** How often it is looked whether a colleague asked for an order: nothing of that changes a workstation. Milliseconds. */
const lookEvery = 20_000

/** The orders, the newest first. Read again soon after a workstation changed (an order that was taken is a change), and now and then. `revision`: of the workstations. */
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
  // What is on its way is not cancelled: where answers take longer than changes, none would ever come, nor would older ones that somebody asked for.
  const look = useCallback(() => void refetch({ cancelRefetch: false }), [refetch])
  useLookAgain(revision, true, look)
  const pages = query.data?.pages
  // What came in meanwhile pushes others over to the next part: each stands here once.
  const orders = useMemo(() => pages && [...new Map(pages.flatMap(({ page }) => page.orders).map((order) => [order.id, order])).values()], [pages])
  return {
    orders,
    asOf: pages?.[0]?.asOf ?? 0,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    failure: query.error ? failureOf(query.error) : undefined,
    more: () => void (query.isFetchingNextPage ? undefined : query.fetchNextPage()),
    again: () => void refetch(),
  }
}
