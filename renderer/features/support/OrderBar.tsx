import { useState } from 'react'
import type { DeskOrderKind } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { aimOf, type Aim, type Scope } from './order-targets.ts'
import { dangerous, harmless } from './order-words.ts'
import { OrderDialog } from './OrderDialog.tsx'
import type { Selection } from './selection.ts'
import styles from './SupportDesk.module.css'
import type { StationList } from './station-list.ts'
import type { sitesOf } from './stations.ts'

interface OrderBarProps {
  readonly list: StationList
  readonly sites: ReturnType<typeof sitesOf>
  readonly selection: Selection
  readonly onSeeOrders: () => void
}

type Asked = { readonly kind: DeskOrderKind; readonly target: Extract<Aim, { is: 'target' }>['target'] }

/** Whom orders are for, and the orders: those that take something from somebody stand apart, at the other end. */
export function OrderBar({ list, sites, selection, onSeeOrders }: OrderBarProps) {
  const { session } = useSession()
  const [scope, setScope] = useState<Scope>({ is: 'chosen' })
  const [asked, setAsked] = useState<Asked>()
  const [why, setWhy] = useState<Extract<Aim, { is: 'none' }>['why']>()
  if (!session.permissions.includes('desk:order')) return <p className={styles['quiet']}>{t('desk.mayLook')}</p>
  const ask = (kind: DeskOrderKind) => {
    const aim = aimOf(kind, scope, selection, list)
    setWhy(aim.is === 'none' ? aim.why : undefined)
    if (aim.is === 'target') setAsked({ kind, target: aim.target })
  }
  const button = (kind: DeskOrderKind, style: 'secondary' | 'danger') => (
    <Button key={kind} kind={style} aria-disabled={scope.is === 'chosen' && selection.ids.size === 0} onClick={() => ask(kind)} data-testid={`desk-order-${kind}`}>
      {t(`desk.order.${kind}`)}…
    </Button>
  )
  return (
    <section className={styles['orders']} aria-label={t('desk.orders')}>
      <label className={styles['scope']}>
        {t('desk.orders.for')}
        <select
          value={scope.is === 'site' ? `site ${scope.site}` : scope.is}
          data-testid="desk-scope"
          onChange={({ target: { value } }) => {
            setWhy(undefined)
            setScope(value.startsWith('site ') ? { is: 'site', site: value.slice('site '.length) } : { is: value === 'everyone' ? 'everyone' : 'chosen' })
          }}
        >
          <option value="chosen">{selection.ids.size === 0 ? t('desk.scope.none') : t('desk.scope.chosen', { count: selection.ids.size })}</option>
          {sites.map(({ site, count }) => (
            <option key={site} value={`site ${site}`}>
              {t('desk.scope.site', { site, count })}
            </option>
          ))}
          <option value="everyone">{t('desk.scope.everyone', { count: list.total })}</option>
        </select>
      </label>
      {harmless.map((kind) => button(kind, 'secondary'))}
      <div className={styles['dangerous']}>{dangerous.map((kind) => button(kind, 'danger'))}</div>
      <p role="alert" className={styles['why']} data-testid="desk-why">
        {why === undefined ? '' : t(`desk.why.${why}`)}
      </p>
      {asked === undefined ? null : (
        <OrderDialog
          kind={asked.kind}
          target={asked.target}
          onSeeOrders={onSeeOrders}
          onClose={() => {
            setAsked(undefined)
            // Whoever meant everyone once does not mean everyone the next time.
            setScope({ is: 'chosen' })
          }}
        />
      )}
    </section>
  )
}
