import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { SessionView } from '../../../shared/contract/index.ts'
import type { Bridge } from '../../bridge/index.ts'
import { FlushRegistry } from '../../services/flush.ts'
import { ServicesProvider, SessionProvider } from '../../services/index.ts'
import { OutOfReach } from './OutOfReach.tsx'

const minute = 60_000
const evening = Date.UTC(2026, 10, 28, 21, 40)

/** What whoever sits here reads at that moment of orders that do not come. */
function read(now: number, unheardSince?: number): string {
  // No part of the bridge is there: it asks nothing.
  const services = { bridge: {} as Bridge, clock: { now: () => now }, zone: 'UTC', flush: new FlushRegistry() }
  const session: SessionView = { state: 'locked', epoch: 1, permissions: [], pin: 'set', signInPage: false, keeping: 'sealed', ...(unheardSince === undefined ? {} : { unheardSince }) }
  const html = renderToStaticMarkup(
    <ServicesProvider services={services}>
      <SessionProvider facts={{ session, info: undefined }}>
        <OutOfReach />
      </SessionProvider>
    </ServicesProvider>,
  )
  return html.replaceAll(/<[^>]*>/g, '')
}

describe('whoever sits at a workstation that orders do not reach', () => {
  it('reads since when support has not reached it, with the day where that was another one', () => {
    expect(read(evening + 5 * minute, evening)).toBe('IT support has been unable to reach this workstation since 21:40. What it sends comes once it can be reached again.')
    expect(read(evening + 600 * minute, evening)).toContain('since 28-Nov-2026 21:40.')
  })

  it('reads nothing where orders come', () => {
    expect(read(evening)).toBe('')
  })
})
