import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { DeskUser } from '../../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { namer } from './people-lines.ts'
import type { StationBook } from '../stations/stations.ts'

export interface People {
  /** Absent while nothing has come. */
  readonly users: readonly DeskUser[] | undefined
  /** When they were asked for, in epoch milliseconds. */
  readonly asOf: number
  readonly failure: ShownFailure | undefined
  readonly isReading: boolean
  again(): void
  /** Somebody's name; their id where nobody here knows it. */
  readonly nameOf: (sub: string) => string
}

/**
 * Everybody who has an account, once somebody looks at what names people. `opened`: the part of the desk that shows accounts, where one is shown: what a
 * colleague did to an account is no change of a workstation, so they are read each time such a part is opened.
 */
export function usePeople(isWanted: boolean, opened: string | undefined, book: StationBook): People {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const query = useQuery({
    queryKey: [session.epoch, 'desk', 'users'],
    queryFn: async ({ signal }) => ({ asOf: clock.now(), ...(await bridge.callUntil(signal, 'desk.users', {})) }),
    enabled: isWanted,
  })
  const { refetch } = query
  useEffect(() => {
    // The first reading of all has begun by itself, and is not begun twice.
    if (opened !== undefined) void refetch({ cancelRefetch: false })
  }, [opened, refetch])
  const users = query.data?.users
  const accounts = useMemo(() => new Map(users?.map(({ sub, name }) => [sub, name])), [users])
  const nameOf = useMemo(() => namer(accounts, book), [accounts, book])
  return { users, asOf: query.data?.asOf ?? 0, failure: query.error ? failureOf(query.error) : undefined, isReading: query.isFetching, again: () => void refetch(), nameOf }
}
