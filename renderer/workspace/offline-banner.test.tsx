import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Bridge } from '../bridge/index.ts'
import { FlushRegistry } from '../services/flush.ts'
import { ServicesProvider, SessionProvider } from '../services/index.ts'
import { OfflineBanner } from './OfflineBanner.tsx'

const noon = Date.UTC(2026, 10, 28, 12)

/** What somebody with these permissions reads while the EHR cannot be reached. */
function read(...permissions: ('patient:search' | 'audit:read' | 'desk:read')[]): string {
  // No part of the bridge is there: it asks nothing.
  const services = { bridge: {} as Bridge, clock: { now: () => noon + 60_000 }, zone: 'UTC', flush: new FlushRegistry() }
  const session = { state: 'active', epoch: 1, permissions, pin: 'set', signInPage: false, keeping: 'sealed' } as const
  const html = renderToStaticMarkup(
    <ServicesProvider services={services}>
      <SessionProvider facts={{ session, info: undefined }}>
        <OfflineBanner since={noon} />
      </SessionProvider>
    </ServicesProvider>,
  )
  return html.replaceAll(/<[^>]*>/g, '')
}

describe('while the EHR cannot be reached', () => {
  it('a clinician reads since when, and what can be done with charts and notes', () => {
    expect(read('patient:search')).toBe('Offline since 12:00. Charts you opened before can be read, as of the time shown. Notes are kept. Search and new charts need the network.')
  })

  it('nobody is told of charts who has none: not the support desk, not who reviews access', () => {
    for (const words of [read('desk:read'), read('audit:read'), read('audit:read', 'patient:search')]) {
      expect(words).toBe('Offline since 12:00. What the screen shows is as of then. Whatever is looked up or ordered needs the network.')
    }
  })
})
