import type { ReactNode } from 'react'
import styles from './Entry.module.css'
import { Icon, type IconName } from './Icon.tsx'

interface EntryProps {
  readonly title: string
  /** Before the title. */
  readonly icon?: IconName
  readonly testId: string
  readonly children: ReactNode
  /** What stands apart at the bottom, so that it is not pressed by habit. */
  readonly apart?: ReactNode
}

/** A screen before the chart: one column, one question. */
export function Entry({ title, icon, testId, children, apart }: EntryProps) {
  return (
    <main className={styles['entry']} data-testid={testId}>
      <div className={styles['column']}>
        <h1 className={styles['title']}>
          {icon === undefined ? null : <Icon name={icon} />}
          {title}
        </h1>
        {children}
      </div>
      {apart === undefined ? null : <div className={styles['apart']}>{apart}</div>}
    </main>
  )
}
