import { notifyManager, QueryClient } from '@tanstack/react-query'
import { byFrame } from './by-frame.ts'

/**
 * What the workspace remembers of the EHR, in memory alone. Asks nothing by itself: each question is an access and is
 * audited as one, so the focus, a remount or a network that came back must not ask again.
 */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: 0,
        staleTime: Number.POSITIVE_INFINITY,
        // What nothing on the screen uses is forgotten after five minutes.
        gcTime: 300_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        refetchOnMount: false,
        // Late data must not be compared field by field on the thread that paints.
        structuralSharing: false,
      },
    },
  })
  notifyManager.setScheduler(byFrame({ soon: queueMicrotask, nextFrame: (act) => void requestAnimationFrame(act), later: (act, milliseconds) => void setTimeout(act, milliseconds), isExpecting: () => client.isFetching() > 0 }))
  return client
}
