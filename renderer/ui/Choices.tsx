import type { ReactNode } from 'react'
import styles from './Choices.module.css'

/** The buttons that answer a question, at its end; the likely one last. */
export function Choices({ children }: { readonly children: ReactNode }) {
  return <div className={styles['choices']}>{children}</div>
}
