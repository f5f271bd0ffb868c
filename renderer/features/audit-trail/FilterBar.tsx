import { type FormEvent, useState } from 'react'
import { auditActions } from '../../../shared/audit-trail/columns.ts'
import { wallTime } from '../../../shared/clinical/zone.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import styles from './AuditView.module.css'
import { PatientField } from './PatientField.tsx'
import { dayText, periods } from './period.ts'
import { type Asked, filterOf } from './question.ts'

interface FilterBarProps {
  readonly asked: Asked
  readonly onAsk: (question: Asked) => void
}

/** Period, user, patient, action. Nothing is asked of the EHR until Show, or Enter: each question is recorded. */
export function FilterBar({ asked, onAsk }: FilterBarProps) {
  const { clock, zone } = useServices()
  const [typed, setTyped] = useState(asked)
  const [isWrong, setWrong] = useState(false)
  const change = (more: Partial<Asked>) => setTyped((before) => ({ ...before, ...more }))
  const today = dayText(wallTime(clock.now(), zone))
  const show = (event: FormEvent) => {
    event.preventDefault()
    const isAskable = filterOf(typed, clock.now(), zone) !== undefined
    setWrong(!isAskable)
    if (isAskable) onAsk(typed)
  }
  return (
    <form className={styles['filter']} onSubmit={show} aria-label={t('audit.title')}>
      <label className={styles['field']}>
        {t('audit.period')}
        <select
          value={typed.period}
          data-testid="audit-period"
          onChange={({ target }) => {
            const period = periods.find((each) => each === target.value) ?? 'week'
            change({ period, ...(period === 'days' && typed.first === '' ? { first: today, last: today } : {}) })
          }}
        >
          {periods.map((period) => (
            <option key={period} value={period}>
              {t(`audit.period.${period}`)}
            </option>
          ))}
        </select>
      </label>
      {typed.period === 'days' ? (
        <>
          <label className={styles['field']}>
            {t('audit.from')}
            <input type="date" value={typed.first} max={today} data-testid="audit-first" aria-invalid={isWrong} onChange={({ target }) => change({ first: target.value })} />
          </label>
          <label className={styles['field']}>
            {t('audit.to')}
            <input type="date" value={typed.last} data-testid="audit-last" aria-invalid={isWrong} onChange={({ target }) => change({ last: target.value })} />
          </label>
        </>
      ) : null}
      <label className={styles['field']}>
        {t('audit.user')}
        <input type="text" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('audit.userHint')} value={typed.user} data-testid="audit-user" onChange={({ target }) => change({ user: target.value })} />
      </label>
      <PatientField patient={typed.patient} onPatient={(patient) => change({ patient })} />
      <label className={styles['field']}>
        {t('audit.action')}
        <select value={typed.action} data-testid="audit-action" onChange={({ target }) => change({ action: auditActions.find((each) => each === target.value) ?? 'all' })}>
          {(['all', ...auditActions] as const).map((action) => (
            <option key={action} value={action}>
              {t(`audit.action.${action}`)}
            </option>
          ))}
        </select>
      </label>
      <Button kind="primary" type="submit" data-testid="audit-show">
        {t('audit.show')}
      </Button>
      {isWrong ? (
        <p role="alert" className={styles['wrong']}>
          {t('audit.daysWrong')}
        </p>
      ) : null}
    </form>
  )
}
