import { type Ref, useId } from 'react'
import { FieldFrame } from './FieldFrame.tsx'
import styles from './TextField.module.css'

interface TextAreaProps {
  readonly label: string
  readonly hint: string
  /** Said at once to who listens instead of looking. */
  readonly error: string | undefined
  readonly value: string
  /** Characters. */
  readonly most: number
  readonly rows: number
  readonly testId: string
  readonly onChange: (text: string) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** A few words of somebody's own that nothing completes or corrects. What reads them reads one line. */
export function TextArea({ label, hint, error, value, most, rows, testId, onChange, ref }: TextAreaProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
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
        className={`${styles['input']} ${styles['words']}`}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint ${id}-error`}
        data-testid={testId}
        onChange={({ target }) => onChange(target.value.replaceAll(/[\r\n]+/g, ' '))}
      />
    </FieldFrame>
  )
}
