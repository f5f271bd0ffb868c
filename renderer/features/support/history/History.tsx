import { useInfiniteQuery } from '@tanstack/react-query'
import type { DeskHistoryEntry, InputOf } from '../../../../shared/contract/index.ts'
import { failureOf } from '../../../bridge/index.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Standing } from '../../../ui/Standing.tsx'
import table from '../../../ui/table.module.css'
import text from '../../../ui/text.module.css'
import { FailureNotice } from '../../failure/index.ts'
import { AsOf } from '../AsOf.tsx'
import { detailWords, eventWords } from './event-words.ts'
import { ListAge } from '../ListAge.tsx'
import type { StationBook } from '../stations/stations.ts'

interface HistoryProps {
  readonly of: InputOf<'desk.history'>['of']
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
}

/** What was ordered, taken, refused and reported of one workstation or one person, the newest first. Read when somebody asks for it, and after an order from here. */
export function History({ of, book, nameOf }: HistoryProps) {
  const { bridge, clock, zone } = useServices()
  const { session } = useSession()
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'desk', 'history', of],
    queryFn: async ({ pageParam, signal }) => ({ asOf: clock.now(), page: await bridge.callUntil(signal, 'desk.history', { of, ...(pageParam === 0 ? {} : { before: pageParam }) }) }),
    initialPageParam: 0,
    getNextPageParam: ({ page }) => page.next,
    gcTime: 0,
  })
  const again = () => void query.refetch()
  const failure = query.error ? failureOf(query.error) : undefined
  const pages = query.data?.pages
  if (pages === undefined) return failure ? <FailureNotice failure={failure} onRetry={again} role="alert" /> : <output aria-busy="true">{t('desk.history.loading')}</output>
  const entries = pages.flatMap(({ page }) => page.entries)
  const asOf = pages[0]?.asOf ?? 0
  const isOlderFailed = query.isFetchNextPageError
  const where = ({ deviceId, user }: DeskHistoryEntry) => ('workstation' in of ? (user === undefined ? '' : nameOf(user)) : deviceId === undefined ? '' : (book.byId.get(deviceId)?.displayName ?? deviceId))
  return (
    <section aria-label={t('desk.history')} data-testid="desk-history">
      <Standing>
        <AsOf asOf={asOf} isReading={query.isFetching} testId="desk-history" onAgain={again} />
      </Standing>
      <ListAge failure={isOlderFailed ? undefined : failure} asOf={asOf} onAgain={again} />
      {entries.length === 0 ? (
        <p className={text['quiet']}>{t('desk.history.none')}</p>
      ) : (
        <table className={table['table']} aria-label={t('desk.history')}>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.seq}>
                <td className={table['nowrap']}>{clockTime(entry.at, clock.now(), zone)}</td>
                <th scope="row">{eventWords(entry.what)}</th>
                <td>
                  <bdi>{where(entry)}</bdi>
                </td>
                <td>{entry.by === undefined ? '' : <bdi>{t('desk.history.by', { name: entry.by.name })}</bdi>}</td>
                <td className={table['quiet']}>
                  <bdi>{detailWords(entry.detail)}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isOlderFailed && failure ? <FailureNotice failure={failure} onRetry={() => void query.fetchNextPage()} role="alert" /> : null}
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()} aria-disabled={query.isFetching}>
          {t('desk.more')}
        </Button>
      ) : null}
    </section>
  )
}
