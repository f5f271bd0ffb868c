import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { AppInfo, SessionView } from '../../../shared/contract/index.ts'
import type { Bridge } from '../../bridge/index.ts'
import { FlushRegistry } from '../../services/flush.ts'
import { ServicesProvider, SessionProvider } from '../../services/index.ts'
import { LockScreen } from './LockScreen.tsx'

const since = Date.UTC(2026, 10, 28, 21, 40)
const user = { displayName: 'Dr Mateo Villaseñor', role: 'physician' } as const
const info: AppInfo = { version: '0.1.0', site: 'Intensive Care 3', environment: { kind: 'production', label: '' }, signIn: 'in-app', workstation: { name: 'ICU-3-WS-07', code: 'UUDN-J7FW' }, supportPhone: '+1 555 0142', badgeReader: false }

const named = { user, lock: { reason: 'manual', since } } as const

function drawn(more: Partial<SessionView> = named): string {
  // No part of the bridge is there: it asks nothing.
  const services = { bridge: {} as Bridge, clock: { now: () => since + 60_000 }, zone: 'UTC', flush: new FlushRegistry() }
  const session: SessionView = { state: 'locked', epoch: 1, permissions: [], pin: 'set', signInPage: false, keeping: 'sealed', ...more }
  return renderToStaticMarkup(
    <ServicesProvider services={services}>
      <SessionProvider facts={{ session, info }}>
        <LockScreen />
      </SessionProvider>
    </ServicesProvider>,
  )
}
const words = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim()
const buttons = (html: string) => Array.from(html.matchAll(/<button[^>]*>(.*?)<\/button>/g), ([, label = '']) => words(label))

describe('the lock screen', () => {
  it('says first that it is locked, then who, why and since when, and where', () => {
    expect(words(drawn())).toMatch(/^Locked Dr Mateo Villaseñor Physician You locked it\. Locked since 21:40\. Intensive Care 3 PIN /)
  })

  it('names the workstation with the code by which the desk finds it, and whom to call', () => {
    expect(words(drawn())).toContain('Locked out? Call support: +1 555 0142 This workstation is ICU-3-WS-07, code UUDN-J7FW')
  })

  it('has the ways back in first, and apart from them what is for somebody else; no button speaks of unlocking and of signing out', () => {
    const html = drawn()
    expect(buttons(html)).toEqual(['Unlock', 'Unlock with full sign-in', 'I forgot my PIN', 'Someone else', 'Sign out'])
    expect(buttons(html).filter((label) => /lock/i.test(label) && /sign(s|ed)? out/i.test(label))).toEqual([])
  })

  it('tells nobody who it was where it was not told, and what a wrong PIN does to them', () => {
    const html = words(drawn({}))
    expect(html).not.toContain('Villaseñor')
    expect(html).toContain('A wrong PIN is counted against them')
  })

  it('asks for the full sign-in once where the last try failed', () => {
    const html = words(drawn({ ...named, pin: 'out', failure: { kind: 'pin-out', correlation: '0a1b2c3d' } }))
    expect(html.match(/sign in again with your full sign-in/gi)).toHaveLength(1)
  })
})
