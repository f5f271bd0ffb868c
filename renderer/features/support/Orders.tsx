import { useState } from 'react'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNotice } from '../failure/index.ts'
import { ListAge } from './ListAge.tsx'
import { type LineColumn, LineTable } from './LineTable.tsx'
import { OrderDetails } from './OrderDetails.tsx'
import { progressWords, targetWords } from './order-words.ts'
import styles from './SupportDesk.module.css'
import type { StationBook } from './stations.ts'
import { useKept } from './use-kept.ts'
import { useLeftOrder } from './use-left-order.ts'
import { useOrders } from './use-orders.ts'

interface OrdersProps {
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
}

const which = ['all', 'awaiting'] as const

/** All orders, what became of them, and what waits for a second person. */
export function Orders({ book, nameOf }: OrdersProps) {
  const [shown, show] = useState<(typeof which)[number]>('all')
  return (
    <>
      <div className={styles['filter']}>
        <label className={styles['field']}>
          {t('desk.orders.which')}
          <select value={shown} data-testid="desk-orders-which" onChange={({ target }) => show(which.find((each) => each === target.value) ?? 'all')}>
            {which.map((each) => (
              <option key={each} value={each}>
                {t(`desk.orders.which.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <OrderLines key={shown} which={shown} book={book} nameOf={nameOf} />
    </>
  )
}

function OrderLines({ which: asked, book, nameOf }: OrdersProps & { readonly which: (typeof which)[number] }) {
  const { clock, zone } = useServices()
  const list = useOrders(asked, book.revision)
  const [chosen, choose] = useState<string>()
  const { orders, failure } = list
  // One that waits for a second person is none of those any more once somebody has decided: who was about to reads what came of it.
  const kept = useKept(orders, chosen)
  const left = useLeftOrder(kept.isListed ? undefined : kept.line?.id)
  const order = left.order ?? kept.line
  if (orders === undefined) return failure ? <FailureNotice failure={failure} onRetry={list.again} role="alert" /> : <output aria-busy="true">{t('desk.orders.loading')}</output>
  const columns: readonly LineColumn<DeskOrder>[] = [
    { id: 'at', head: t('desk.ordersColumn.at'), text: ({ at }) => clockTime(at, clock.now(), zone) },
    { id: 'kind', head: t('desk.ordersColumn.kind'), text: ({ kind }) => t(`desk.order.${kind}`) },
    { id: 'target', head: t('desk.ordersColumn.target'), text: ({ target }) => targetWords(target, book, nameOf) },
    { id: 'by', head: t('desk.ordersColumn.by'), text: ({ by }) => by.name },
    { id: 'state', head: t('desk.ordersColumn.state'), text: ({ state }) => t(`desk.orderState.${state}`), tone: ({ state }) => (state === 'awaiting' ? styles['owed'] : state === 'given' ? undefined : styles['quiet']) },
    { id: 'progress', head: t('desk.ordersColumn.progress'), text: ({ counts }) => progressWords(counts), tone: ({ counts }) => (counts.failed + counts.refused > 0 ? styles['bad'] : undefined) },
  ]
  return (
    <>
      <div className={styles['state']}>
        <output data-testid="desk-orders-state">
          {orders.length === 0 ? t(asked === 'awaiting' ? 'desk.orders.noneWaiting' : 'desk.orders.none') : list.hasMore ? t('desk.orders.some', { count: orders.length }) : t('desk.orders.all', { count: orders.length })}{' '}
          <span className={styles['quiet']}>{t('desk.asOf', { time: clockTime(list.asOf, clock.now(), zone) })}</span>
        </output>
        {list.hasMore ? (
          <Button onClick={list.more} aria-disabled={list.isLoadingMore}>
            {t('desk.more')}
          </Button>
        ) : null}
      </div>
      <ListAge failure={failure} asOf={list.asOf} onAgain={list.again} />
      {orders.length === 0 ? null : <LineTable label={t('desk.part.orders')} testId="desk-orders" columns={columns} widths={styles['orderLine']} lines={orders} idOf={({ id }) => id} chosen={chosen} onChoose={choose} />}
      {kept.isListed || order === undefined ? null : (
        <output className={styles['quiet']} data-testid="desk-order-left">
          {t('desk.orders.left')}
        </output>
      )}
      {order !== undefined ? (
        <OrderDetails
          key={order.id}
          order={order}
          book={book}
          nameOf={nameOf}
          onDecided={() => {
            list.again()
            left.again()
          }}
        />
      ) : orders.length === 0 ? null : (
        <p className={`${styles['details']} ${styles['quiet']}`}>{t('desk.orderDetails.none')}</p>
      )}
    </>
  )
}
