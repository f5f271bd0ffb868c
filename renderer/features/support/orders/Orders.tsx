import { useMemo, useState } from 'react'
import type { DeskOrder } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { NoDetails } from '../../../ui/Details.tsx'
import type { GridColumn } from '../../../ui/grid/columns.ts'
import { Grid } from '../../../ui/grid/Grid.tsx'
import text from '../../../ui/text.module.css'
import { ListFilter } from '../ListFilter.tsx'
import { NewestListing } from '../NewestListing.tsx'
import { OrderDetails } from './OrderDetails.tsx'
import styles from './Orders.module.css'
import { progressWords, targetWords } from './order-words.ts'
import type { Here } from '../stations/station-words.ts'
import type { StationBook } from '../stations/stations.ts'
import { useHere } from '../use-here.ts'
import { useKept } from '../use-kept.ts'
import { useLeftOrder } from './use-left-order.ts'
import { type OrderFilter, orderFilters, useOrders } from './use-orders.ts'

interface OrdersProps {
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
}

/** All orders, what became of them, and what waits for a second person. */
export function Orders({ book, nameOf }: OrdersProps) {
  const [shown, show] = useState<OrderFilter>('all')
  return (
    <>
      <ListFilter label={t('desk.orders.which')} testId="desk-orders-which" names={orderFilters} shown={shown} wordsOf={(name) => t(`desk.orders.which.${name}`)} onShow={show} />
      <OrderLines key={shown} asked={shown} book={book} nameOf={nameOf} />
    </>
  )
}

function OrderLines({ asked, book, nameOf }: OrdersProps & { readonly asked: OrderFilter }) {
  const here = useHere()
  const columns = useMemo(() => orderColumns(here, book, nameOf), [here, book, nameOf])
  const list = useOrders(asked, book.revision)
  const [chosen, choose] = useState<string>()
  const { lines: orders } = list
  // One that waits for a second person is none of those any more once somebody has decided: who was about to reads what came of it.
  const kept = useKept(orders, chosen)
  const left = useLeftOrder(kept.isListed ? undefined : kept.line?.id)
  const order = left.order ?? kept.line
  const count = orders?.length ?? 0
  return (
    <>
      <NewestListing list={list} loading={t('desk.orders.loading')} testId="desk-orders-state" standing={count === 0 ? t(asked === 'awaiting' ? 'desk.orders.noneWaiting' : 'desk.orders.none') : t(list.hasMore ? 'desk.orders.some' : 'desk.orders.all', { count })}>
        {(lines) => <Grid label={t('desk.part.orders')} testId="desk-orders" columns={columns} widths={styles['widths']} lines={lines} idOf={idOf} pointed={chosen} onPoint={choose} />}
      </NewestListing>
      {kept.isListed || order === undefined ? null : (
        <output className={text['quiet']} data-testid="desk-order-left">
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
      ) : count === 0 ? null : (
        <NoDetails>{t('desk.orderDetails.none')}</NoDetails>
      )}
    </>
  )
}

const idOf = ({ id }: DeskOrder) => id

const orderColumns = ({ now, zone }: Here, book: StationBook, nameOf: OrdersProps['nameOf']): readonly GridColumn<DeskOrder>[] => [
  { id: 'at', head: t('desk.ordersColumn.at'), cell: ({ at }) => clockTime(at, now, zone) },
  { id: 'kind', head: t('desk.ordersColumn.kind'), cell: ({ kind }) => t(`desk.order.${kind}`) },
  { id: 'target', head: t('desk.ordersColumn.target'), cell: ({ target }) => targetWords(target, book, nameOf) },
  { id: 'by', head: t('desk.ordersColumn.by'), cell: ({ by }) => by.name },
  { id: 'state', head: t('desk.ordersColumn.state'), cell: ({ state }) => t(`desk.orderState.${state}`), tone: ({ state }) => (state === 'awaiting' ? 'caution' : state === 'given' ? undefined : 'quiet') },
  { id: 'progress', head: t('desk.ordersColumn.progress'), cell: ({ counts }) => progressWords(counts), tone: ({ counts }) => (counts.failed + counts.refused > 0 ? 'critical' : undefined) },
]
