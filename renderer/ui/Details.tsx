import type { ReactNode } from 'react'
import styles from './Details.module.css'

interface DetailsProps {
  readonly label: string
  readonly testId: string
  readonly title?: ReactNode
  /** What can be done about it, beside its title. */
  readonly actions?: ReactNode
  /** Much stands in it: it takes more of the height from the list. */
  readonly isLong?: boolean
  readonly children: ReactNode
}

/** All of the line that is pointed out in a list, under the list. */
export function Details({ label, testId, title, actions, isLong = false, children }: DetailsProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reached by Tab: what is long is scrolled by keys (WCAG 2.1.1)
    <section className={`${styles['details']} ${isLong ? styles['long'] : ''}`} aria-label={label} tabIndex={0} data-testid={testId}>
      {title === undefined ? null : (
        <div className={styles['head']}>
          <h2 className={styles['title']}>{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  )
}

/** In its place, while no line is pointed out. */
export function NoDetails({ children }: { readonly children: ReactNode }) {
  return <p className={`${styles['details']} ${styles['none']}`}>{children}</p>
}
