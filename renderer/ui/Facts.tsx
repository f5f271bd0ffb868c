import type { ReactNode } from 'react'
import styles from './Facts.module.css'

/** Names, and what is known under each. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles['facts']}>{children}</dl>
}

/** Nothing where nothing is to be said. */
export function Fact({ name, isWide = false, children }: { readonly name: string; /** It takes a row of its own. */ readonly isWide?: boolean; readonly children: ReactNode }) {
  if (children === undefined || children === null) return null
  return (
    <div className={`${styles['fact']} ${isWide ? styles['wide'] : ''}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
