import { useQuery } from '@tanstack/react-query'
import type { DeskOrder } from '../../../../shared/contract/index.ts'
import { useServices, useSession } from '../../../services/index.ts'

/** As often as the list that it was in. Milliseconds. */
const lookEvery = 20_000

/** An order that its list no longer has, as it is now. `id`: absent where the list has it. */
export function useLeftOrder(id: string | undefined): { readonly order: DeskOrder | undefined; again(): void } {
  const { bridge } = useServices()
  const { session } = useSession()
  const { data, refetch } = useQuery({
    queryKey: [session.epoch, 'desk', 'orders', 'left', id ?? ''],
    queryFn: ({ signal }) => bridge.callUntil(signal, 'desk.order', { id: id ?? '', cause: 'refresh' }),
    enabled: id !== undefined,
    refetchInterval: lookEvery,
    gcTime: 0,
  })
  return {
    order: id === undefined ? undefined : data?.order,
    again() {
      if (id !== undefined) void refetch()
    },
  }
}
