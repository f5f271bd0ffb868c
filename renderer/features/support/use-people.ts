import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { DeskUser } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import type { StationBook } from './stations.ts'

export interface People {
  /** Absent while nothing has come. */
  readonly users: readonly DeskUser[] | undefined
  /** When they were asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly failure: ShownFailure | undefined
  again(): void
  /** Somebody's name; their id where nobody here knows it. */
  readonly nameOf: (sub: string) => string
}

/** Everybody who has an account, once somebody looks at what names people. */
export function usePeople(isWanted: boolean, book: StationBook): People {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const query = useQuery({
    queryKey: [session.epoch, 'desk', 'users'],
    queryFn: async ({ signal }) => ({ asOf: clock.now(), ...(await bridge.callUntil(signal, 'desk.users', {})) }),
    enabled: isWanted,
  })
  const users = query.data?.users
  const nameOf = useCallback(
    (sub: string) => {
      const account = users?.find((user) => user.sub === sub)
      if (account !== undefined) return account.name
      for (const { user } of book.byId.values()) if (user?.sub === sub) return user.name
      return sub
    },
    [users, book],
  )
  return { users, asOf: query.data?.asOf ?? 0, failure: query.error ? failureOf(query.error) : undefined, again: () => void query.refetch(), nameOf }
}
