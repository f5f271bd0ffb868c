import type { ReactNode } from 'react'
import styles from './Standing.module.css'

interface StandingProps {
  readonly children: ReactNode
  /** What stands at the other end. */
  readonly end?: ReactNode
}

/** One line that says how a list stands, and what can be done about it: nothing below moves when more is to be said. */
export function Standing({ children, end }: StandingProps) {
  return (
    <div className={styles['standing']}>
      {children}
      {end === undefined ? null : (
        <>
          <span className={styles['grow']} />
          {end}
        </>
      )}
    </div>
  )
}
