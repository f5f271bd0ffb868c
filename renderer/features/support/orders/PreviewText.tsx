import type { DeskPreview, DeskTarget } from '../../../../shared/contract/index.ts'
import type { OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { t } from '../../../messages/index.ts'
import { Disclosure } from '../../../ui/Disclosure.tsx'
import { Notice } from '../../../ui/Notice.tsx'
import text from '../../../ui/text.module.css'
import { fewOf } from '../people/people-lines.ts'
import { PreviewLines } from './PreviewLines.tsx'
import styles from './PreviewText.module.css'
import { workWords } from '../stations/station-words.ts'

/** So few are named at once; more, on demand. */
const mostAtOnce = 4

/** Whom an order would reach, who waits there behind another one's lock, and what work of theirs is not at the EHR. One for people is about theirs alone. */
export function PreviewText({ kind, target, preview }: { readonly kind: OrderKind; readonly target: DeskTarget; readonly preview: DeskPreview }) {
  const { workstations, open, offline, waiting, waitingUnknown, unsent, unsentUnknown, sample, users, userCount } = preview
  const isOfPeople = 'users' in target
  const reaches = t('desk.preview.reaches', { workstations: t('desk.preview.workstations', { count: workstations }), people: t('desk.preview.people', { count: userCount }) })
  const { named } = fewOf(users.map(({ name }) => name), mostAtOnce)
  const more = userCount - Math.min(users.length, mostAtOnce)
  return (
    <div className={styles['preview']} data-testid="desk-preview">
      <p>
        {isOfPeople && users.length > 0 ? (
          <>
            <strong>
              <bdi>{named.join(', ')}</bdi>
              {more > 0 ? `, ${t('desk.preview.more', { count: more })}` : ''}.
            </strong>{' '}
          </>
        ) : null}
        <strong>{workstations === 0 && userCount === 0 ? t('desk.preview.nobody') : reaches}</strong> {open > 0 ? t('desk.preview.open', { count: open }) : ''} {offline > 0 ? t('desk.preview.offline', { count: offline }) : ''}
      </p>
      {waiting > 0 || waitingUnknown > 0 ? (
        <p data-testid="desk-preview-waiting">
          {waiting > 0 ? t(isOfPeople ? 'desk.preview.waitingPeople' : 'desk.preview.waiting', { count: waiting }) : ''} {waitingUnknown > 0 ? t('desk.preview.waitingUnknown', { count: waitingUnknown }) : ''}
        </p>
      ) : null}
      {unsent.drafts + unsent.changes > 0 ? (
        <Notice tone={kind === 'wipe' ? 'critical' : 'caution'}>
          {t(isOfPeople ? 'desk.preview.unsentPeople' : 'desk.preview.unsent', { work: workWords(unsent) })} {kind === 'wipe' ? <strong>{t('desk.preview.unsentLost')}</strong> : null}
        </Notice>
      ) : unsentUnknown < workstations ? (
        <p>{t(isOfPeople ? 'desk.preview.unsentNonePeople' : 'desk.preview.unsentNone')}</p>
      ) : null}
      {unsentUnknown > 0 ? <p>{t(isOfPeople ? 'desk.preview.unsentUnknownPeople' : 'desk.preview.unsentUnknown', { count: unsentUnknown })}</p> : null}
      {sample.length === 0 ? null : sample.length <= mostAtOnce ? (
        <PreviewLines target={target} sample={sample} />
      ) : (
        <Disclosure label={t('desk.preview.who')}>
          <PreviewLines target={target} sample={sample} />
          {workstations > sample.length ? <p className={text['quiet']}>{t('desk.preview.more', { count: workstations - sample.length })}</p> : null}
        </Disclosure>
      )}
    </div>
  )
}
