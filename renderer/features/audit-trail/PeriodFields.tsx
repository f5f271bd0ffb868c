import { wallTime } from '../../../shared/clinical/zone.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import fields from '../../ui/fields.module.css'
import { dayText, periods } from './period.ts'
import type { Asked } from './question.ts'

interface PeriodFieldsProps {
  readonly typed: Pick<Asked, 'period' | 'first' | 'last'>
  readonly isWrong: boolean
  readonly onChange: (more: Pick<Asked, 'period'> | Pick<Asked, 'first'> | Pick<Asked, 'last'>) => void
}

/** A period by one choice, or from one day to another. */
export function PeriodFields({ typed, isWrong, onChange }: PeriodFieldsProps) {
  const { clock, zone } = useServices()
  const today = dayText(wallTime(clock.now(), zone))
  return (
    <>
      <label className={fields['field']}>
        {t('audit.period')}
        <select
          value={typed.period}
          data-testid="audit-period"
          onChange={({ target }) => {
            const period = periods.find((each) => each === target.value) ?? 'week'
            onChange({ period, ...(period === 'days' && typed.first === '' ? { first: today, last: today } : {}) })
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
          <label className={fields['field']}>
            {t('audit.from')}
            <input type="date" value={typed.first} max={today} data-testid="audit-first" aria-invalid={isWrong} onChange={({ target }) => onChange({ first: target.value })} />
          </label>
          <label className={fields['field']}>
            {t('audit.to')}
            <input type="date" value={typed.last} data-testid="audit-last" aria-invalid={isWrong} onChange={({ target }) => onChange({ last: target.value })} />
          </label>
        </>
      ) : null}
    </>
  )
}
