import type { ReactNode } from 'react'
import styles from './Disclosure.module.css'

/** Something more, on demand: the native element does all of it. */
export function Disclosure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <details className={styles['disclosure']}>
      <summary className={styles['label']}>{label}</summary>
      {children}
    </details>
  )
}
