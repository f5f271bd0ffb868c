import { type FormEvent, useState } from 'react'
import { auditActions } from '../../../shared/audit-trail/columns.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import fields from '../../ui/fields.module.css'
import { PatientField } from './PatientField.tsx'
import { PeriodFields } from './PeriodFields.tsx'
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
  const show = (event: FormEvent) => {
    event.preventDefault()
    const isAskable = filterOf(typed, clock.now(), zone) !== undefined
    setWrong(!isAskable)
    if (isAskable) onAsk(typed)
  }
  return (
    <form className={fields['filter']} data-print="never" onSubmit={show} aria-label={t('audit.title')}>
      <PeriodFields typed={typed} isWrong={isWrong} onChange={change} />
      <label className={fields['field']}>
        {t('audit.user')}
        <input type="text" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('audit.userHint')} value={typed.user} data-testid="audit-user" onChange={({ target }) => change({ user: target.value })} />
      </label>
      <PatientField patient={typed.patient} onPatient={(patient) => change({ patient })} />
      <label className={fields['field']}>
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
        <p role="alert" className={fields['wrong']}>
          {t('audit.daysWrong')}
        </p>
      ) : null}
    </form>
  )
}
