import { useState } from 'react'
import type { OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { t } from '../../../messages/index.ts'
import { useSession } from '../../../services/index.ts'
import fields from '../../../ui/fields.module.css'
import text from '../../../ui/text.module.css'
import { aimOf, type Aim, type Scope } from './order-targets.ts'
import { OrderButtons } from './OrderButtons.tsx'
import { OrderDialog } from './OrderDialog.tsx'
import type { Selection } from '../stations/selection.ts'
import type { StationList } from '../stations/station-list.ts'
import type { sitesOf } from '../stations/stations.ts'

interface OrderBarProps {
  readonly list: StationList
  readonly sites: ReturnType<typeof sitesOf>
  readonly selection: Selection
  readonly onSeeOrders: () => void
}

type Asked = { readonly kind: OrderKind; readonly target: Extract<Aim, { is: 'target' }>['target'] }

/** Whom orders are for, and the orders. */
export function OrderBar({ list, sites, selection, onSeeOrders }: OrderBarProps) {
  const { session } = useSession()
  const [scope, setScope] = useState<Scope>({ is: 'chosen' })
  const [asked, setAsked] = useState<Asked>()
  const [why, setWhy] = useState<Extract<Aim, { is: 'none' }>['why']>()
  if (!session.permissions.includes('desk:order')) return <p className={text['quiet']}>{t('desk.mayLook')}</p>
  const ask = (kind: OrderKind) => {
    const aim = aimOf(kind, scope, selection, list)
    setWhy(aim.is === 'none' ? aim.why : undefined)
    if (aim.is === 'target') setAsked({ kind, target: aim.target })
  }
  return (
    <section aria-label={t('desk.orders')}>
      <OrderButtons testId="desk-order" isDimmed={scope.is === 'chosen' && selection.ids.size === 0} onAsk={ask}>
        <label className={fields['beside']}>
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
      </OrderButtons>
      <p role="alert" className={fields['wrong']} data-testid="desk-why">
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
