import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import styles from './Notice.module.css'

interface NoticeProps {
  /** `caution` is for what should be known, `critical` for what must not be overlooked. */
  readonly tone: 'quiet' | 'caution' | 'critical'
  readonly children: ReactNode
  /** What can be done about it. */
  readonly action?: ReactNode
  /** `alert` interrupts who listens; `status` waits. Absent: part of the page. */
  readonly role?: 'alert' | 'status'
}

/** A line that tells something about what is on the screen. */
export function Notice({ tone, children, action, role }: NoticeProps) {
  return (
    <div className={`${styles['notice']} ${styles[tone]}`} role={role}>
      {tone === 'quiet' ? null : <Icon name="warning" />}
      <div className={styles['text']}>{children}</div>
      {action}
    </div>
  )
}
