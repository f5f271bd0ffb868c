import { type Ref, useId } from 'react'
import { reasonLength } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import styles from './SupportDesk.module.css'

interface TextAreaProps {
  readonly label: string
  readonly hint: string
  readonly error: string | undefined
  readonly value: string
  /** Characters. */
  readonly most: number
  readonly rows: number
  readonly testId: string
  readonly onChange: (text: string) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** A few words of somebody's own that nothing completes or corrects. */
export function TextArea({ label, hint, error, value, most, rows, testId, onChange, ref }: TextAreaProps) {
  const id = useId()
  return (
    <div className={styles['words']}>
      <label htmlFor={id} className={styles['label']}>
        {label}
      </label>
      <textarea
        ref={ref}
        id={id}
        rows={rows}
        maxLength={most}
        value={value}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint ${id}-error`}
        data-testid={testId}
        // The server reads one line.
        onChange={({ target }) => onChange(target.value.replaceAll(/[\r\n]+/g, ' '))}
      />
      <span id={`${id}-hint`} className={styles['quiet']}>
        {hint}
      </span>
      <span id={`${id}-error`} role="alert" className={styles['why']}>
        {error}
      </span>
    </div>
  )
}

interface ReasonFieldProps {
  readonly value: string
  readonly isShort: boolean
  readonly onChange: (text: string) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** Why: there is no order without. */
export function ReasonField({ value, isShort, onChange, ref }: ReasonFieldProps) {
  return (
    <TextArea
      {...(ref === undefined ? {} : { ref })}
      label={t('desk.reason')}
      hint={t('desk.reasonHint', reasonLength)}
      error={isShort ? t('desk.reasonShort', { least: reasonLength.least }) : undefined}
      value={value}
      most={reasonLength.most}
      rows={2}
      testId="desk-reason"
      onChange={onChange}
    />
  )
}
