import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import type { DeskDelivery } from '../../../../shared/contract/index.ts'
import { failureOf } from '../../../bridge/index.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices, useSession } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import text from '../../../ui/text.module.css'
import { FailureNotice } from '../../failure/index.ts'
import { deliveryWords, isOver, troublesFirst } from './delivery-words.ts'
import { ListAge } from '../ListAge.tsx'
import type { StationBook } from '../stations/stations.ts'
import { useLookAgain } from '../use-look-again.ts'

/** Those that went wrong come first: the rest of a lock of everyone is read in its numbers. */
const mostListed = 200

/** Where no workstation changes, it is looked so often all the same. Milliseconds. */
const lookEvery = 20_000

interface DeliveriesProps {
  readonly id: string
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
}

/** What became of an order at each workstation; followed while it is on the screen and something can still become of it. */
export function Deliveries({ id, book, nameOf }: DeliveriesProps) {
  const { bridge, clock, zone } = useServices()
  const { session } = useSession()
  const hasLooked = useRef(false)
  const query = useQuery({
    queryKey: [session.epoch, 'desk', 'order', id],
    queryFn: async ({ signal }) => {
      const answer = await bridge.callUntil(signal, 'desk.order', { id, cause: hasLooked.current ? 'refresh' : 'look' })
      hasLooked.current = true
      return { asOf: clock.now(), ...answer }
    },
    refetchInterval: ({ state: { data } }) => (data === undefined || isOver(data) ? false : lookEvery),
    gcTime: 0,
  })
  const { data, refetch } = query
  const look = useCallback(() => void refetch({ cancelRefetch: false }), [refetch])
  // An order that is taken or carried out somewhere is a change of that workstation.
  useLookAgain(book.revision, data === undefined || !isOver(data), look)
  const lines = useMemo(() => data && troublesFirst(data.deliveries), [data])
  const failure = query.error ? failureOf(query.error) : undefined
  if (data === undefined || lines === undefined) return failure ? <FailureNotice failure={failure} onRetry={look} role="alert" /> : <output aria-busy="true">{t('desk.deliveries.loading')}</output>
  const taken = ({ takenAt }: DeskDelivery) => (takenAt === undefined ? '' : t('desk.delivery.takenAt', { time: clockTime(takenAt, clock.now(), zone) }))
  return (
    <>
      <h3>{t('desk.deliveries')}</h3>
      <ListAge failure={failure} asOf={data.asOf} onAgain={look} />
      {lines.length === 0 ? (
        <p className={text['quiet']}>{t('desk.deliveries.none')}</p>
      ) : (
        <table className={table['table']} aria-label={t('desk.deliveries')} data-testid="desk-deliveries">
          <tbody>
            {lines.slice(0, mostListed).map((line, index) => (
              <tr key={index}>
                <th scope="row">
                  <bdi>{book.byId.get(line.deviceId)?.displayName ?? line.deviceId}</bdi>
                </th>
                <td>
                  <bdi>{line.user === undefined ? '' : nameOf(line.user)}</bdi>
                </td>
                <td className={line.state === 'refused' || line.result === 'failed' ? text['critical'] : ''}>{deliveryWords(line)}</td>
                <td className={table['quiet']}>{taken(line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {lines.length > mostListed ? <p className={text['quiet']}>{t('desk.deliveries.more', { count: lines.length - mostListed })}</p> : null}
    </>
  )
}
