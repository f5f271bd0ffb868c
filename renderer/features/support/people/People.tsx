import { Fragment, type RefObject, useMemo, useState } from 'react'
import type { DeskUser } from '../../../../shared/contract/index.ts'
import type { OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { t } from '../../../messages/index.ts'
import { useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Details, NoDetails } from '../../../ui/Details.tsx'
import { Fact, Facts } from '../../../ui/Facts.tsx'
import fields from '../../../ui/fields.module.css'
import type { GridColumn } from '../../../ui/grid/columns.ts'
import { Grid } from '../../../ui/grid/Grid.tsx'
import { Listing } from '../../../ui/grid/Listing.tsx'
import { Standing } from '../../../ui/Standing.tsx'
import text from '../../../ui/text.module.css'
import { FailureNotice } from '../../failure/index.ts'
import { AsOf } from '../AsOf.tsx'
import { History } from '../history/History.tsx'
import { ListAge } from '../ListAge.tsx'
import { OrderButtons } from '../orders/OrderButtons.tsx'
import { OrderDialog } from '../orders/OrderDialog.tsx'
import { fewOf, peopleFound, placeName, placesOf } from './people-lines.ts'
import styles from './People.module.css'
import { roleWords } from '../stations/station-words.ts'
import type { StationBook } from '../stations/stations.ts'
import type { People as Known } from './use-people.ts'

interface PeopleProps {
  readonly search: RefObject<HTMLInputElement | null>
  readonly people: Known
  readonly book: StationBook
  readonly onSeeOrders: () => void
}

/** Everybody who has an account: where they are, whether they may sign in, and orders for one of them. */
export function People({ search: field, people, book, onSeeOrders }: PeopleProps) {
  const [search, setSearch] = useState('')
  const [chosen, choose] = useState<string>()
  const { users, failure } = people
  const lines = useMemo(() => users && peopleFound(users, search), [users, search])
  const columns = useMemo(() => personColumns(placesOf(book)), [book])
  const [count, total] = [lines?.length ?? 0, users?.length ?? 0]
  const user = users?.find(({ sub }) => sub === chosen)
  return (
    <>
      <div className={fields['filter']}>
        <label className={`${fields['field']} ${fields['wide']}`}>
          {t('desk.search')}
          <input ref={field} type="search" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('desk.people.hint')} value={search} data-testid="desk-people-search" onChange={({ target }) => setSearch(target.value)} />
        </label>
      </div>
      <Listing
        lines={lines}
        loading={t('desk.people.loading')}
        failed={failure && <FailureNotice failure={failure} onRetry={people.again} role="alert" />}
        standing={
          <Standing>
            <output>{count === total ? t('desk.people.all', { count }) : t('desk.people.some', { count, total })}</output>
            <AsOf asOf={people.asOf} isReading={people.isReading} testId="desk-people" onAgain={people.again} />
          </Standing>
        }
        stale={<ListAge failure={failure} asOf={people.asOf} onAgain={people.again} />}
      >
        {(shown) => <Grid label={t('desk.part.people')} testId="desk-people" columns={columns} widths={styles['widths']} lines={shown} idOf={idOf} pointed={chosen} onPoint={choose} />}
      </Listing>
      {user !== undefined ? <Person key={user.sub} user={user} book={book} nameOf={people.nameOf} onSeeOrders={onSeeOrders} /> : users === undefined ? null : <NoDetails>{t('desk.people.none')}</NoDetails>}
    </>
  )
}

const idOf = ({ sub }: DeskUser) => sub

const personColumns = (places: ReturnType<typeof placesOf>): readonly GridColumn<DeskUser>[] => [
  { id: 'name', head: t('desk.peopleColumn.name'), cell: ({ name }) => name },
  { id: 'username', head: t('desk.peopleColumn.username'), cell: ({ username }) => username, tone: () => 'quiet' },
  { id: 'role', head: t('desk.fact.role'), cell: ({ role }) => roleWords(role) },
  { id: 'account', head: t('desk.peopleColumn.account'), cell: ({ isDisabled }) => t(isDisabled ? 'desk.account.disabled' : 'desk.account.enabled'), tone: ({ isDisabled }) => (isDisabled ? 'critical' : undefined) },
  { id: 'where', head: t('desk.peopleColumn.where'), cell: ({ sub }) => <Places of={places.get(sub)?.map(placeName) ?? []} most={3} none="desk.people.nowhere" />, tone: ({ sub }) => (places.has(sub) ? undefined : 'quiet') },
]

/** Of those where somebody has ever been; the history tells the rest. */
const mostPlaces = 12

interface PlacesProps {
  readonly of: readonly string[]
  readonly most: number
  readonly none: 'desk.people.nowhere' | 'desk.people.never'
}

/** The first few of them, each whole on its line: the name of a workstation is read out. */
function Places({ of, most, none }: PlacesProps) {
  if (of.length === 0) return t(none)
  const { named, more } = fewOf(of, most)
  return (
    <>
      {named.map((name, index) => (
        <Fragment key={index}>
          {index === 0 ? '' : ', '}
          <span className={text['unbroken']}>{name}</span>
        </Fragment>
      ))}
      {more === 0 ? '' : `, ${t('desk.preview.more', { count: more })}`}
    </>
  )
}

interface PersonProps {
  readonly user: DeskUser
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
  readonly onSeeOrders: () => void
}

function Person({ user, book, nameOf, onSeeOrders }: PersonProps) {
  const { session } = useSession()
  const [isTold, tellHistory] = useState(false)
  const [kind, ask] = useState<OrderKind>()
  const here = placesOf(book).get(user.sub) ?? []
  return (
    <Details
      label={t('desk.person')}
      testId="desk-person"
      isLong={isTold}
      title={<bdi>{user.name}</bdi>}
      actions={
        <Button onClick={() => tellHistory(!isTold)} aria-expanded={isTold} data-testid="desk-person-history">
          {t(isTold ? 'desk.hideHistory' : 'desk.showHistory')}
        </Button>
      }
    >
      {session.permissions.includes('desk:order') ? (
        <div className={styles['orders']}>
          {/* All of them, whatever the list says of the account: a colleague may have disabled or enabled it since it was read. */}
          <OrderButtons testId="desk-person" onAsk={ask} />
        </div>
      ) : null}
      <Facts>
        <Fact name={t('desk.peopleColumn.account')}>{t(user.isDisabled ? 'desk.account.disabled' : 'desk.account.enabled')}</Fact>
        <Fact name={t('desk.peopleColumn.where')} isWide>
          <Places of={here.map(placeName)} most={mostPlaces} none="desk.people.nowhere" />
        </Fact>
        <Fact name={t('desk.people.known')} isWide>
          <Places of={user.workstations.map((id) => book.byId.get(id)?.displayName ?? id)} most={mostPlaces} none="desk.people.never" />
        </Fact>
      </Facts>
      {isTold ? <History of={{ user: user.sub }} book={book} nameOf={nameOf} /> : null}
      {kind === undefined ? null : <OrderDialog kind={kind} target={{ users: [user.sub] }} onSeeOrders={onSeeOrders} onClose={() => ask(undefined)} />}
    </Details>
  )
}
