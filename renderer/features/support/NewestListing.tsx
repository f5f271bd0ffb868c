import type { ReactNode } from 'react'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Listing } from '../../ui/grid/Listing.tsx'
import { Standing } from '../../ui/Standing.tsx'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import { ListAge } from './ListAge.tsx'
import type { NewestFirst } from './use-newest-first.ts'

interface NewestListingProps<Line, Of> {
  readonly list: NewestFirst<Line, Of>
  readonly loading: string
  /** How many there are, and what else is to be said of them all. */
  readonly standing: string
  readonly testId: string
  readonly children: (lines: readonly Line[]) => ReactNode
}

/** A list of the desk, the newest first: how much of it stands here, as of when, and older ones for who asks. */
export function NewestListing<Line, Of>({ list, loading, standing, testId, children }: NewestListingProps<Line, Of>) {
  const { clock, zone } = useServices()
  return (
    <Listing
      lines={list.lines}
      loading={loading}
      failed={list.failure && <FailureNotice failure={list.failure} onRetry={list.again} role="alert" />}
      standing={
        <Standing>
          <output data-testid={testId}>
            {standing} <span className={text['quiet']}>{t('desk.asOf', { time: clockTime(list.asOf, clock.now(), zone) })}</span>
          </output>
          {list.hasMore ? (
            <Button onClick={list.more} aria-disabled={list.isLoadingMore}>
              {t('desk.more')}
            </Button>
          ) : null}
        </Standing>
      }
      stale={<ListAge failure={list.failure} asOf={list.asOf} onAgain={list.again} />}
    >
      {children}
    </Listing>
  )
}
