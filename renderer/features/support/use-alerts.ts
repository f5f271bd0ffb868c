import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { DeskAlert } from '../../../shared/contract/index.ts'
import { deskAlertStates } from '../../../shared/desk/words.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'

export const alertFilters = ['all', ...deskAlertStates] as const
export type AlertFilter = (typeof alertFilters)[number]

export interface AlertList {
  /** Absent while nothing has come. */
  readonly alerts: readonly DeskAlert[] | undefined
  /** How many are open in all. */
  readonly open: number
  /** When they were last asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly failure: ShownFailure | undefined
  more(): void
  again(): void
}

/** How often it is looked whether there are new ones. Milliseconds. */
const lookEvery = 30_000

/** The alerts, the newest first. */
export function useAlerts(asked: AlertFilter): AlertList {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const looked = useRef<AlertFilter>(undefined)
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'desk', 'alerts', asked],
    queryFn: async ({ pageParam, signal }) => {
      const page = await bridge.callUntil(signal, 'desk.alerts', { cause: looked.current === asked ? 'refresh' : 'look', ...(asked === 'all' ? {} : { state: asked }), ...(pageParam === '' ? {} : { before: pageParam }) })
      looked.current = asked
      return { asOf: clock.now(), page }
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.next,
    refetchInterval: lookEvery,
    gcTime: 0,
  })
  const pages = query.data?.pages
  // What came in meanwhile pushes others over to the next part: each stands here once.
  const alerts = useMemo(() => pages && [...new Map(pages.flatMap(({ page }) => page.alerts).map((alert) => [alert.id, alert])).values()], [pages])
  return {
    alerts,
    open: pages?.[0]?.page.open ?? 0,
    asOf: pages?.[0]?.asOf ?? 0,
    hasMore: query.hasNextPage,
    isLoading: query.isFetching,
    failure: query.error ? failureOf(query.error) : undefined,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  }
}
