import type { ShownFailure } from '../../bridge/index.ts'
import { failureWords, t } from '../../messages/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import { Button } from '../../ui/Button.tsx'
import styles from './FailureNotice.module.css'

interface FailureNoticeProps {
  readonly failure: ShownFailure
  readonly onRetry?: (() => void) | undefined
  readonly role?: 'alert' | 'status'
}

/** A failure, worded: what happened, what to do next, and the code under which IT finds it. */
export function FailureNotice({ failure, onRetry, role }: FailureNoticeProps) {
  const words = failureWords[failure.kind]
  // What an account is not permitted, it is not permitted a second later either.
  const retry = failure.kind === 'not-permitted' ? undefined : onRetry
  return (
    <Notice tone="critical" {...(role === undefined ? {} : { role })} action={retry ? <Button onClick={retry}>{t('app.retry')}</Button> : undefined}>
      <strong>{words.what}</strong> {words.next} {failure.correlation === '' ? null : <span className={styles['code']}>{t('app.code', { code: failure.correlation })}</span>}
    </Notice>
  )
}
