import type { ReactNode } from 'react'
import styles from './SupportDesk.module.css'

/** A name and what is known under it. Nothing where nothing is to be said. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === undefined || children === null) return null
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
