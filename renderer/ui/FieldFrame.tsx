import type { ReactNode } from 'react'
import styles from './TextField.module.css'

interface FieldFrameProps {
  /** Of the field; its hint and its error are `…-hint` and `…-error`. */
  readonly id: string
  readonly label: string
  readonly hint?: ReactNode
  /** Said at once to who listens instead of looking. */
  readonly error?: ReactNode
  /** The field. */
  readonly children: ReactNode
}

/** A field under its label, over what is to be known about it and what is wrong with it. */
export function FieldFrame({ id, label, hint, error, children }: FieldFrameProps) {
  return (
    <div className={styles['field']}>
      <label htmlFor={id} className={styles['label']}>
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <div id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </div>
      )}
      <div id={`${id}-error`} role="alert" className={styles['error']}>
        {error}
      </div>
    </div>
  )
}
