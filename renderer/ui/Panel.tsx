import { type ReactNode, useId } from 'react'
import styles from './Panel.module.css'

interface PanelProps {
  readonly title: string
  /** How many there are, beside the title. */
  readonly count?: string | undefined
  /** What is said of the data as a whole: its age, that it is being confirmed. */
  readonly aside?: ReactNode
  readonly testId: string
  readonly state: 'loading' | 'failed' | 'stale' | 'empty' | 'data'
  readonly children: ReactNode
}

/** A titled part of a page: a heading, a rule, and what is under it. */
export function Panel({ title, count, aside, testId, state, children }: PanelProps) {
  const id = useId()
  return (
    <section className={styles['panel']} aria-labelledby={id} aria-busy={state === 'loading'} data-testid={testId} data-state={state}>
      <header className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {title}
          {count === undefined ? null : <span className={styles['count']}> {count}</span>}
        </h2>
        <div className={styles['aside']}>{aside}</div>
      </header>
      {children}
    </section>
  )
}
