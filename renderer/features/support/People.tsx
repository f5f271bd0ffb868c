import { type RefObject, useMemo, useState } from 'react'
import type { DeskUser } from '../../../shared/contract/index.ts'
import type { DeskOrderKind } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import type { GridColumn } from '../../ui/grid/columns.ts'
import { Grid } from '../../ui/grid/Grid.tsx'
import { FailureNotice } from '../failure/index.ts'
import { AsOf } from './AsOf.tsx'
import { Fact } from './Fact.tsx'
import { History } from './History.tsx'
import { ListAge } from './ListAge.tsx'
import { OrderDialog } from './OrderDialog.tsx'
import { dangerous, harmless } from './order-words.ts'
import { fewOf, peopleFound, placesOf } from './people-lines.ts'
import widths from './People.module.css'
import { roleWords } from './station-words.ts'
import styles from './SupportDesk.module.css'
import type { StationBook } from './stations.ts'
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
  const lines = useMemo(() => (users === undefined ? [] : peopleFound(users, search)), [users, search])
  const columns = useMemo(() => personColumns(placesOf(book)), [book])
  if (users === undefined) return failure ? <FailureNotice failure={failure} onRetry={people.again} role="alert" /> : <output aria-busy="true">{t('desk.people.loading')}</output>
  const user = users.find(({ sub }) => sub === chosen)
  return (
    <>
      <div className={styles['filter']}>
        <label className={styles['field']}>
          {t('desk.search')}
          <input ref={field} type="search" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('desk.people.hint')} value={search} data-testid="desk-people-search" onChange={({ target }) => setSearch(target.value)} />
        </label>
      </div>
      <div className={styles['state']}>
        <output>{lines.length === users.length ? t('desk.people.all', { count: users.length }) : t('desk.people.some', { count: lines.length, total: users.length })}</output>
        <AsOf asOf={people.asOf} isReading={people.isReading} testId="desk-people" onAgain={people.again} />
      </div>
      <ListAge failure={failure} asOf={people.asOf} onAgain={people.again} />
      {lines.length === 0 ? null : <Grid label={t('desk.part.people')} testId="desk-people" columns={columns} widths={widths['widths']} lines={lines} idOf={idOf} pointed={chosen} onPoint={choose} />}
      {user === undefined ? <p className={`${styles['details']} ${styles['quiet']}`}>{t('desk.people.none')}</p> : <Person key={user.sub} user={user} book={book} nameOf={people.nameOf} onSeeOrders={onSeeOrders} />}
    </>
  )
}

const idOf = ({ sub }: DeskUser) => sub

const personColumns = (places: ReturnType<typeof placesOf>): readonly GridColumn<DeskUser>[] => [
  { id: 'name', head: t('desk.peopleColumn.name'), cell: ({ name }) => name },
  { id: 'username', head: t('desk.peopleColumn.username'), cell: ({ username }) => username, tone: () => 'quiet' },
  { id: 'role', head: t('desk.fact.role'), cell: ({ role }) => roleWords(role) },
  { id: 'account', head: t('desk.peopleColumn.account'), cell: ({ isDisabled }) => t(isDisabled ? 'desk.account.disabled' : 'desk.account.enabled'), tone: ({ isDisabled }) => (isDisabled ? 'critical' : undefined) },
  { id: 'where', head: t('desk.peopleColumn.where'), cell: ({ sub }) => placeWords(places.get(sub)?.map(({ displayName }) => displayName) ?? [], 3, 'desk.people.nowhere'), tone: ({ sub }) => (places.has(sub) ? undefined : 'quiet') },
]

/** Of those where somebody has ever been; the history tells the rest. */
const mostPlaces = 12

function placeWords(places: readonly string[], most: number, none: 'desk.people.nowhere' | 'desk.people.never'): string {
  if (places.length === 0) return t(none)
  const { named, more } = fewOf(places, most)
  return more === 0 ? named : `${named}, ${t('desk.preview.more', { count: more })}`
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
  const [kind, ask] = useState<DeskOrderKind>()
  const here = placesOf(book).get(user.sub) ?? []
  const button = (each: DeskOrderKind, style: 'secondary' | 'danger') => (
    <Button key={each} kind={style} onClick={() => ask(each)} data-testid={`desk-person-${each}`}>
      {t(`desk.order.${each}`)}…
    </Button>
  )
  return (
    // Reached by Tab: what is long is scrolled by keys (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles['details']} aria-label={t('desk.person')} tabIndex={0} data-testid="desk-person">
      <div className={styles['detailsHead']}>
        <h2 className={styles['detailsTitle']}>
          <bdi>{user.name}</bdi>
        </h2>
        <Button onClick={() => tellHistory(!isTold)} aria-expanded={isTold} data-testid="desk-person-history">
          {t(isTold ? 'desk.hideHistory' : 'desk.showHistory')}
        </Button>
      </div>
      {session.permissions.includes('desk:order') ? (
        <div className={styles['orders']}>
          {/* All of them, whatever the list says of the account: a colleague may have disabled or enabled it since it was read. */}
          {harmless.map((each) => button(each, 'secondary'))}
          <div className={styles['dangerous']}>{dangerous.map((each) => button(each, 'danger'))}</div>
        </div>
      ) : null}
      <dl className={styles['facts']}>
        <Fact name={t('desk.peopleColumn.account')}>{t(user.isDisabled ? 'desk.account.disabled' : 'desk.account.enabled')}</Fact>
        <Fact name={t('desk.peopleColumn.where')}>{placeWords(here.map(({ displayName }) => displayName), mostPlaces, 'desk.people.nowhere')}</Fact>
        <Fact name={t('desk.people.known')}>{placeWords(user.workstations.map((id) => book.byId.get(id)?.displayName ?? id), mostPlaces, 'desk.people.never')}</Fact>
      </dl>
      {isTold ? <History of={{ user: user.sub }} book={book} nameOf={nameOf} /> : null}
      {kind === undefined ? null : <OrderDialog kind={kind} target={{ users: [user.sub] }} onSeeOrders={onSeeOrders} onClose={() => ask(undefined)} />}
    </section>
  )
}
