import type { DeskPreview, DeskTarget } from '../../../shared/contract/index.ts'
import type { DeskOrderKind } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Notice } from '../../ui/Notice.tsx'
import table from '../../ui/table.module.css'
import text from '../../ui/text.module.css'
import { peopleIn } from './order-words.ts'
import styles from './PreviewText.module.css'
import { contactWords, type Here, stateWords, unsentWords, userWords } from './station-words.ts'
import type { Station } from './stations.ts'

/** So few are named at once; more, on demand. */
const mostAtOnce = 4

/** Whose unsent work nobody knows for certain. */
const isUncertain = ({ state, isOnline }: Station): boolean => state === 'unknown' || !isOnline

/** Whom an order would reach, and what work of theirs is not at the EHR. */
export function PreviewText({ kind, target, preview }: { readonly kind: DeskOrderKind; readonly target: DeskTarget; readonly preview: DeskPreview }) {
  const { clock, zone } = useServices()
  const { workstations, open, offline, unsent, sample, users } = preview
  const count = peopleIn(target, preview)
  const here = { now: clock.now(), zone }
  const reaches = t('desk.preview.reaches', { workstations: t('desk.preview.workstations', { count: workstations }), people: t('desk.preview.people', { count }) })
  const hasUnsent = unsent.drafts + unsent.changes > 0
  // The list names 200 at most: of the others it is known whether they are there, and of those that are not, nobody knows.
  const uncertain = Math.max(offline, sample.filter(isUncertain).length)
  return (
    <div className={styles['preview']} data-testid="desk-preview">
      <p>
        <strong>{workstations === 0 && count === 0 ? t('desk.preview.nobody') : reaches}</strong> {open > 0 ? t('desk.preview.open', { count: open }) : ''} {offline > 0 ? t('desk.preview.offline', { count: offline }) : ''}
      </p>
      {hasUnsent ? (
        <Notice tone={kind === 'wipe' ? 'critical' : 'caution'}>
          {t('desk.preview.unsent', unsent)} {kind === 'wipe' ? <strong>{t('users' in target ? 'desk.preview.unsentLostPeople' : 'desk.preview.unsentLost')}</strong> : null}
        </Notice>
      ) : workstations > 0 && uncertain < workstations ? (
        <p>{t('desk.preview.unsentNone')}</p>
      ) : null}
      {uncertain > 0 ? <p>{t('desk.preview.unsentUnknown', { count: uncertain })}</p> : null}
      {users.length > 0 && workstations === 0 ? <p>{users.map(({ name }) => name).join('; ')}</p> : null}
      {sample.length === 0 ? null : sample.length <= mostAtOnce ? (
        <Sample sample={sample} here={here} />
      ) : (
        <Disclosure label={t('desk.preview.who')}>
          <Sample sample={sample} here={here} />
          {workstations > sample.length ? <p className={text['quiet']}>{t('desk.preview.more', { count: workstations - sample.length })}</p> : null}
        </Disclosure>
      )}
    </div>
  )
}

function Sample({ sample, here }: { readonly sample: readonly Station[]; readonly here: Here }) {
  return (
    <div className={styles['sample']}>
      <table className={table['table']} aria-label={t('desk.preview.who')}>
        <thead>
          <tr>
            <th scope="col">{t('desk.column.name')}</th>
            <th scope="col">{t('desk.column.user')}</th>
            <th scope="col">{t('desk.column.state')}</th>
            <th scope="col">{t('desk.column.contact')}</th>
            <th scope="col">{t('desk.column.unsent')}</th>
          </tr>
        </thead>
        <tbody>
          {sample.map((station) => (
            <tr key={station.deviceId}>
              <th scope="row">
                <bdi>{station.displayName}</bdi>
              </th>
              <td>
                <bdi>{userWords(station)}</bdi>
              </td>
              <td>{stateWords(station)}</td>
              <td>{contactWords(station, here)}</td>
              <td>{unsentWords(station)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
