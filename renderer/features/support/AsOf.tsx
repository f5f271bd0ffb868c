import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import text from '../../ui/text.module.css'

interface AsOfProps {
  /** Epoch milliseconds. */
  readonly asOf: number
  readonly isReading: boolean
  readonly testId: string
  readonly onAgain: () => void
}

/** Of a list that is not followed: from when it is, and reads it again. */
export function AsOf({ asOf, isReading, testId, onAgain }: AsOfProps) {
  const { clock, zone } = useServices()
  return (
    <>
      <span className={text['quiet']} data-testid={`${testId}-as-of`}>
        {t('desk.asOf', { time: clockTime(asOf, clock.now(), zone) })}
      </span>
      <Button kind="plain" aria-disabled={isReading} onClick={() => (isReading ? undefined : onAgain())} data-testid={`${testId}-again`}>
        {t('desk.refresh')}
      </Button>
    </>
  )
}
