import type { ReactNode } from 'react'
import styles from './PartedPage.module.css'

interface PartedPageProps<Part extends string> {
  readonly testId: string
  readonly title: string
  /** What the parts are parts of, for who listens. */
  readonly partsLabel: string
  readonly parts: readonly { readonly id: Part; readonly label: string }[]
  readonly shown: Part
  readonly onShow: (part: Part) => void
  /** The buttons of the parts are called after it. */
  readonly partTestId: string
  readonly children: ReactNode
}

/** A page of several parts, one of which is shown. On paper stands what is in it alone. */
export function PartedPage<Part extends string>({ testId, title, partsLabel, parts, shown, onShow, partTestId, children }: PartedPageProps<Part>) {
  return (
    <main className={styles['page']} data-testid={testId}>
      <header className={styles['head']} data-print="never">
        <h1 className={styles['title']}>{title}</h1>
        <nav className={styles['parts']} aria-label={partsLabel}>
          {parts.map(({ id, label }) => (
            <button key={id} type="button" className={styles['part']} aria-current={shown === id ? 'page' : undefined} data-testid={`${partTestId}-${id}`} onClick={() => onShow(id)}>
              {label}
            </button>
          ))}
        </nav>
      </header>
      {children}
    </main>
  )
}
