import type { ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import { Retry } from '../failure/index.ts'

interface ListAgeProps {
  readonly failure: ShownFailure | undefined
  /** Epoch milliseconds. */
  readonly asOf: number
  readonly onAgain: () => void
}

/** Of a list that could not be read again: from when it is. Nothing where all is well. */
export function ListAge({ failure, asOf, onAgain }: ListAgeProps) {
  const { clock, zone } = useServices()
  if (failure === undefined) return null
  return (
    <Notice tone="caution" action={<Retry failure={failure} onRetry={onAgain} />}>
      <output>{t('desk.stale', { time: clockTime(asOf, clock.now(), zone) })}</output>
    </Notice>
  )
}
