import { useState } from 'react'
import type { DeskOrder } from '../../../../shared/contract/index.ts'
import { formatDateTime } from '../../../../shared/clinical/partial-date.ts'
import { t } from '../../../messages/index.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Details } from '../../../ui/Details.tsx'
import { Fact, Facts } from '../../../ui/Facts.tsx'
import text from '../../../ui/text.module.css'
import { DecideDialog, type Decision } from './DecideDialog.tsx'
import { Deliveries } from './Deliveries.tsx'
import { isOneself } from '../people/oneself.ts'
import { canUndo, progressWords, targetWords } from './order-words.ts'
import type { StationBook } from '../stations/stations.ts'

interface OrderDetailsProps {
  readonly order: DeskOrder
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
  readonly onDecided: () => void
}

/** All of one order, what can still be decided about it, and what became of it where it went. */
export function OrderDetails({ order, book, nameOf, onDecided }: OrderDetailsProps) {
  const { zone } = useServices()
  const { session } = useSession()
  const [decision, decide] = useState<Decision>()
  const when = (epochMs: number) => formatDateTime({ precision: 'instant', epochMs }, zone)
  const mayOrder = session.permissions.includes('desk:order')
  // The EHR refuses it; this spares them the question.
  const isOwn = isOneself(session, order.by)
  return (
    <Details
      label={t('desk.orderDetails')}
      testId="desk-order-details"
      title={
        <>
          {t(`desk.order.${order.kind}`)}: <bdi>{targetWords(order.target, book, nameOf)}</bdi>
        </>
      }
      actions={
        <>
          {mayOrder && order.state === 'awaiting' ? (
            <>
              {isOwn ? <span className={text['quiet']}>{t('desk.own')}</span> : null}
              <Button onClick={() => decide('reject')} data-testid="desk-reject">
                {t('desk.reject')}
              </Button>
              {isOwn ? null : (
                <Button kind="danger" onClick={() => decide('agree')} data-testid="desk-agree">
                  {t('desk.agree')}
                </Button>
              )}
            </>
          ) : null}
          {mayOrder && canUndo(order) ? (
            <Button onClick={() => decide('undo')} data-testid="desk-undo">
              {t('desk.undo')}
            </Button>
          ) : null}
        </>
      }
    >
      <Facts>
        <Fact name={t('desk.ordersColumn.state')}>{t(`desk.orderState.${order.state}`)}</Fact>
        <Fact name={t('desk.ordersColumn.progress')}>{progressWords(order.counts)}</Fact>
        <Fact name={t('desk.ordersColumn.by')}>
          <bdi>{order.by.name}</bdi>, <span className={text['unbroken']}>{when(order.at)}</span>
        </Fact>
        <Fact name={t('desk.orderFact.agreed')}>
          {order.agreement === undefined ? undefined : (
            <>
              <bdi>{order.agreement.by.name}</bdi>, <span className={text['unbroken']}>{when(order.agreement.at)}</span>
            </>
          )}
        </Fact>
        <Fact name={t('desk.orderFact.until')}>{order.agreeUntil === undefined ? undefined : when(order.agreeUntil)}</Fact>
        <Fact name={t('desk.orderFact.undoes')}>{order.undoes === undefined ? undefined : t('desk.orderFact.undoesAnother')}</Fact>
        <Fact name={t('desk.reason')} isWide>
          <bdi>{order.reason}</bdi>
        </Fact>
        <Fact name={t('desk.orderFact.identified')} isWide>
          {order.identifiedBy === undefined ? undefined : (
            <>
              {t(`desk.identified.${order.identifiedBy}`)}: <bdi>{order.identification}</bdi>
            </>
          )}
        </Fact>
        <Fact name={t('desk.message')} isWide>{order.message === undefined ? undefined : <bdi>{order.message}</bdi>}</Fact>
      </Facts>
      <Deliveries id={order.id} book={book} nameOf={nameOf} />
      {decision === undefined ? null : <DecideDialog decision={decision} order={order} onDecided={onDecided} onClose={() => decide(undefined)} />}
    </Details>
  )
}
