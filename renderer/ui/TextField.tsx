import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import { FieldFrame } from './FieldFrame.tsx'
import styles from './TextField.module.css'

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'title' | 'id'> {
  readonly label: string
  readonly hint?: ReactNode
  /** Said at once to who listens instead of looking. */
  readonly error?: ReactNode
  readonly ref?: Ref<HTMLInputElement>
}

/** A labelled line of input that nothing completes, corrects or remembers. */
export function TextField({ label, hint, error, ...rest }: TextFieldProps) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim()
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <input
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
        id={id}
        className={styles['input']}
        aria-invalid={error !== undefined}
        {...(described === '' ? {} : { 'aria-describedby': described })}
      />
    </FieldFrame>
  )
}
