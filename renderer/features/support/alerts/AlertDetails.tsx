import { type FormEvent, useRef, useState } from 'react'
import type { DeskAlert } from '../../../../shared/contract/index.ts'
import { formatDateTime } from '../../../../shared/clinical/partial-date.ts'
import { alertFindings, reasonLength } from '../../../../shared/desk/words.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Choices } from '../../../ui/Choices.tsx'
import { Details } from '../../../ui/Details.tsx'
import { Fact, Facts } from '../../../ui/Facts.tsx'
import fields from '../../../ui/fields.module.css'
import table from '../../../ui/table.module.css'
import { TextArea } from '../../../ui/TextArea.tsx'
import { FailureNotice } from '../../failure/index.ts'
import type { AlertDraft } from './alert-drafts.ts'
import { answerWords, ruleWords, severityWords } from './alert-words.ts'
import { isOneself } from '../people/oneself.ts'
import { isReason } from '../orders/order-targets.ts'
import type { StationBook } from '../stations/stations.ts'

interface AlertDetailsProps {
  readonly alert: DeskAlert
  readonly book: StationBook
  /** What is written about it and not sent. */
  readonly draft: AlertDraft
  readonly onWrite: (change: Partial<AlertDraft>) => void
  /** What was written was taken: it is not to be written again. */
  readonly onSent: (comment: string) => void
  /** With what was answered; without, where it failed: a colleague may have changed it. */
  readonly onChanged: (alert?: DeskAlert) => void
}

/** All of one alert, who did what about it, and what can be done: take it, say something, close it with what was found. */
export function AlertDetails({ alert, book, draft: { comment, finding }, onWrite, onSent, onChanged }: AlertDetailsProps) {
  const { bridge, zone } = useServices()
  const { session } = useSession()
  const [lack, setLack] = useState<'comment' | 'finding'>()
  const [isSending, setSending] = useState(false)
  const [failure, setFailure] = useState<ShownFailure>()
  const field = useRef<HTMLTextAreaElement>(null)
  const when = (epochMs: number) => formatDateTime({ precision: 'instant', epochMs }, zone)
  // The EHR refuses who has not taken it.
  const isMine = alert.takenBy !== undefined && isOneself(session, alert.takenBy)
  const words = comment.trim()

  /** `said`: what was written goes with it, and is not to be written again; more of it that was written meanwhile stays. */
  const act = (change: () => Promise<DeskAlert>, said?: string) => {
    if (isSending) return
    setSending(true)
    setFailure(undefined)
    change()
      .then(
        (changed) => {
          if (said !== undefined) onSent(said)
          onChanged(changed)
        },
        (error: unknown) => {
          setFailure(failureOf(error))
          onChanged()
        },
      )
      .finally(() => setSending(false))
  }
  /** Whether enough is written to add it (a word), or to close the alert with it (what was found). */
  const isEnough = (what: 'comment' | 'finding') => (what === 'comment' ? words !== '' : isReason(comment, reasonLength))
  const isTold = (what: 'comment' | 'finding') => {
    setLack(isEnough(what) ? undefined : what)
    if (!isEnough(what)) field.current?.focus()
    return isEnough(what)
  }
  // Said until it is there.
  const told = lack === undefined || isEnough(lack) ? undefined : lack
  const close = (event: FormEvent) => {
    event.preventDefault()
    if (isTold('finding')) act(() => bridge.call('desk.closeAlert', { id: alert.id, finding, comment: words }), comment)
  }

  return (
    <Details
      isLong
      label={t('desk.alert')}
      testId="desk-alert"
      title={ruleWords(alert.rule)}
      actions={
        alert.state === 'closed' || isMine ? null : (
          <Button kind="primary" aria-disabled={isSending} onClick={() => act(() => bridge.call('desk.takeAlert', { id: alert.id }))} data-testid="desk-alert-take">
            {t(alert.state === 'taken' ? 'desk.alert.takeOver' : 'desk.alert.take')}
          </Button>
        )
      }
    >
      <Facts>
        <Fact name={t('desk.ordersColumn.at')}>{when(alert.at)}</Fact>
        {/* Not beside "The chart of somebody well known", where the name would be read as that somebody's. */}
        <Fact name={t('desk.alertsColumn.user')}>{alert.user === undefined ? undefined : <bdi>{alert.user.name}</bdi>}</Fact>
        <Fact name={t('desk.alertsColumn.severity')}>{severityWords(alert.severity)}</Fact>
        <Fact name={t('desk.column.name')}>{alert.deviceId === undefined ? undefined : <bdi>{book.byId.get(alert.deviceId)?.displayName ?? alert.deviceId}</bdi>}</Fact>
        <Fact name={t('desk.alert.count')}>{alert.count}</Fact>
        <Fact name={t('desk.alert.answer')}>{alert.answer === undefined ? undefined : `${answerWords(alert.answer.reason)}, ${when(alert.answer.at)}`}</Fact>
        <Fact name={t('desk.alert.finding')}>{alert.finding === undefined ? undefined : t(`desk.finding.${alert.finding}`)}</Fact>
        <Fact name={t('desk.alert.correlation')}>{alert.correlation}</Fact>
      </Facts>
      {alert.steps.length === 0 ? null : (
        <table className={table['table']} aria-label={t('desk.history')} data-testid="desk-alert-steps">
          <thead>
            <tr>
              <th scope="col">{t('desk.ordersColumn.at')}</th>
              <th scope="col">{t('desk.step.what')}</th>
              <th scope="col">{t('desk.ordersColumn.by')}</th>
              <th scope="col">{t('desk.alert.comment')}</th>
            </tr>
          </thead>
          <tbody>
            {alert.steps.map((step, index) => (
              <tr key={index}>
                <td className={table['nowrap']}>{when(step.at)}</td>
                <th scope="row">{t(`desk.step.${step.what}`)}</th>
                <td>
                  <bdi>{step.by.name}</bdi>
                </td>
                <td>
                  <bdi>{step.comment ?? ''}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <form className={fields['form']} onSubmit={close} noValidate>
        <TextArea ref={field} label={t('desk.alert.comment')} hint={t('desk.alert.commentHint')} error={told === undefined ? undefined : told === 'comment' ? t('desk.alert.commentMissing') : t('desk.alert.commentShort', { least: reasonLength.least })} value={comment} most={reasonLength.most} rows={2} testId="desk-alert-comment" onChange={(text) => onWrite({ comment: text })} />
        <Choices>
          <Button
            aria-disabled={isSending}
            onClick={() => {
              if (isTold('comment')) act(() => bridge.call('desk.commentAlert', { id: alert.id, comment: words }), comment)
            }}
            data-testid="desk-alert-say"
          >
            {t('desk.alert.say')}
          </Button>
          {isMine && alert.state === 'taken' ? (
            <>
              <label className={fields['beside']}>
                {t('desk.alert.finding')}
                <select value={finding} data-testid="desk-alert-finding" onChange={({ target }) => onWrite({ finding: alertFindings.find((each) => each === target.value) ?? 'harmless' })}>
                  {alertFindings.map((each) => (
                    <option key={each} value={each}>
                      {t(`desk.finding.${each}`)}
                    </option>
                  ))}
                </select>
              </label>
              <Button kind="primary" type="submit" aria-disabled={isSending} data-testid="desk-alert-close">
                {t('desk.alert.close')}
              </Button>
            </>
          ) : null}
        </Choices>
      </form>
    </Details>
  )
}
