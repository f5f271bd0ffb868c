import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { Standing } from '../../../ui/Standing.tsx'
import text from '../../../ui/text.module.css'
import { FailureNotice } from '../../failure/index.ts'
import { hiddenCount, type Selection } from './selection.ts'
import styles from './StationStanding.module.css'
import { firstStationQuestion, type StationQuestion } from './station-question.ts'
import type { StationList } from './station-list.ts'

interface StationStandingProps {
  readonly list: StationList
  readonly selection: Selection
  readonly onAgain: () => void
  readonly onSettle: () => void
  readonly onAsk: (question: StationQuestion) => void
  readonly onChooseNone: () => void
}

/** How much of the list stands below, whether it is so now, and what is not in it: in one line, so that nothing below moves when something is to be said. */
export function StationStanding({ list, selection, onAgain, onSettle, onAsk, onChooseNone }: StationStandingProps) {
  const { clock, zone } = useServices()
  const { standing, question, failure, book, total, heardAt } = list
  const loaded = book.byId.size
  if (standing === 'failed' && failure) return <FailureNotice failure={failure} onRetry={onAgain} role="alert" />
  const { by, descending } = question
  const time = clockTime(heardAt, clock.now(), zone)
  const hidden = hiddenCount(selection, list.shown)
  return (
    <Standing
      end={
        <>
          {list.behind > 0 ? (
            <>
              <span className={text['quiet']}>{t('desk.behind', { count: list.behind })}</span>
              <Button onClick={onSettle} data-testid="desk-settle">
                {t('desk.settle')}
              </Button>
            </>
          ) : null}
          {selection.ids.size > 0 ? (
            <>
              <output>
                {t('desk.scope.chosen', { count: selection.ids.size })}
                {hidden > 0 ? <span className={text['caution']}> {t('desk.scope.hidden', { count: hidden })}</span> : null}
              </output>
              <Button kind="plain" onClick={onChooseNone} data-testid="desk-choose-none">
                {t('desk.clearChosen')}
              </Button>
            </>
          ) : null}
        </>
      }
    >
      <output data-testid="desk-standing" data-state={standing === 'live' && list.shown.length === 0 ? 'empty' : standing} className={standing === 'part' ? text['caution'] : undefined}>
        {standing === 'loading' ? t('desk.loading') : standing === 'part' ? t('desk.loadingPart', { loaded, total }) : countWords(list)}
      </output>
      {standing === 'live' ? <span className={styles['live']}>{t('desk.live')}</span> : null}
      {standing === 'anew' ? <span className={text['caution']}>{t('desk.anew', { time })}</span> : null}
      {standing === 'lost' && failure ? (
        <>
          <output className={text['caution']} data-testid="desk-lost">
            <Icon name="warning" /> {loaded < total ? t('desk.lostPart', { loaded, total, time }) : t('desk.lost', { time })} {failure.correlation === '' ? null : <span className={styles['code']}>{t('app.code', { code: failure.correlation })}</span>}
          </output>
          <Button onClick={onAgain}>{t('app.retry')}</Button>
        </>
      ) : null}
      {loaded > 0 && list.wanted.length < loaded ? (
        <Button kind="plain" onClick={() => onAsk({ ...firstStationQuestion, by, descending })}>
          {t('desk.clearFilter')}
        </Button>
      ) : null}
    </Standing>
  )
}

function countWords({ book, wanted }: StationList): string {
  const total = book.byId.size
  if (total === 0) return t('desk.none')
  if (wanted.length === 0) return t('desk.noMatch', { total })
  return wanted.length === total ? t('desk.all', { count: total }) : t('desk.some', { count: wanted.length, total })
}
