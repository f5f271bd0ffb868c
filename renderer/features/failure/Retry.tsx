import type { ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { Button } from '../../ui/Button.tsx'

interface RetryProps {
  readonly failure: ShownFailure
  readonly onRetry: () => void
}

/** "Try again", where that can help: what an account is not permitted, it is not permitted a second later either. */
export function Retry({ failure, onRetry }: RetryProps) {
  return failure.kind === 'not-permitted' ? null : (
    <Button kind="plain" onClick={onRetry}>
      {t('app.retry')}
    </Button>
  )
}
