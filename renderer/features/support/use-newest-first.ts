import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'

interface Part {
  readonly next?: string | undefined
}

interface Question<Line, Of extends Part> {
  /** Which list it is, and which of its lines are asked for: what is asked for another time is a `refresh`, and the first time a `look`. */
  readonly list: string
  readonly asked: string
  /** How often it is looked whether there are new ones. Milliseconds. */
  readonly everyMs: number
  /** The newest part, or the one that begins `before`. */
  read(signal: AbortSignal, cause: 'look' | 'refresh', before: { readonly before?: string }): Promise<Of>
  /** The same function from one drawing to the next. */
  readonly linesOf: (part: Of) => readonly Line[]
}

/** A list of the desk, the newest first. */
export interface NewestFirst<Line, Of> {
  /** Absent while nothing has come. */
  readonly lines: readonly Line[] | undefined
  /** The newest part, as it was answered last. */
  readonly newest: Of | undefined
  /** When it was last asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly hasMore: boolean
  /** Older ones are on their way. */
  readonly isLoadingMore: boolean
  readonly failure: ShownFailure | undefined
  more(): void
  again(): void
  /** Reads it again, unless somebody else has just asked. The same function from one drawing to the next. */
  readonly look: () => void
}

/** Reads a list of the desk in parts, and now and then again for as long as it is shown. */
export function useNewestFirst<Line extends { readonly id: string }, Of extends Part>({ list, asked, everyMs, read, linesOf }: Question<Line, Of>): NewestFirst<Line, Of> {
  const { clock } = useServices()
  const { session } = useSession()
  const looked = useRef<string>(undefined)
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'desk', list, asked],
    queryFn: async ({ pageParam, signal }) => {
      const part = await read(signal, looked.current === asked ? 'refresh' : 'look', pageParam === '' ? {} : { before: pageParam })
      looked.current = asked
      return { asOf: clock.now(), part }
    },
    initialPageParam: '',
    getNextPageParam: ({ part }) => part.next,
    refetchInterval: everyMs,
    // Whoever comes back to it sees what is so now.
    gcTime: 0,
  })
  const { refetch } = query
  // What is on its way is not cancelled: where answers take longer than changes, none would ever come, nor would older ones that somebody asked for.
  const look = useCallback(() => void refetch({ cancelRefetch: false }), [refetch])
  const parts = query.data?.pages
  // What came in meanwhile pushes others over to the next part: each stands here once.
  const lines = useMemo(() => parts && [...new Map(parts.flatMap(({ part }) => linesOf(part)).map((line) => [line.id, line])).values()], [parts, linesOf])
  return {
    lines,
    newest: parts?.[0]?.part,
    asOf: parts?.[0]?.asOf ?? 0,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    failure: query.error ? failureOf(query.error) : undefined,
    more: () => void (query.isFetchingNextPage ? undefined : query.fetchNextPage()),
    again: () => void refetch(),
    look,
  }
}
