import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { assertNever } from '../../shared/assert-never.ts'
import type { AppInfo, SessionView } from '../../shared/contract/index.ts'
import { LockedOut, LockScreen } from '../features/lock/index.ts'
import { SigningIn, SignIn } from '../features/sign-in/index.ts'
import { OutOfReach, SupportNotice } from '../features/support-notice/index.ts'
import { t } from '../messages/index.ts'
import { SessionProvider, useServices } from '../services/index.ts'
import { Entry } from '../ui/Entry.tsx'
import { activityReporter, listenForActivity } from './activity.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Frame } from './Frame.tsx'
import { type Phase, phaseOf } from './session-gate.ts'

const loadWorkspace = () => import('../workspace/index.ts')
const Workspace = lazy(async () => ({ default: (await loadWorkspace()).Workspace }))
const Warning = lazy(async () => ({ default: (await loadWorkspace()).Warning }))
const ChoosePin = lazy(async () => ({ default: (await import('../features/pin/index.ts')).ChoosePin }))

/** One page for every phase of a session; the phase decides what of it exists. */
export function App() {
  const { bridge, clock } = useServices()
  const [session, setSession] = useState<SessionView>()
  const [info, setInfo] = useState<AppInfo>()

  useEffect(() => bridge.onSession(setSession), [bridge])
  useEffect(() => {
    // Without an answer the sign-in works all the same; only its wording is less exact.
    bridge.call('app.info', {}).then(setInfo, () => undefined)
  }, [bridge])
  useEffect(() => {
    // Once the first screen is painted: unlocking must not wait for code.
    const idle = requestIdleCallback(() => void loadWorkspace(), { timeout: 2_000 })
    return () => cancelIdleCallback(idle)
  }, [])

  const phase = phaseOf(session)
  const unlocked = phase.screen === 'workspace' || phase.screen === 'choose-pin'
  useEffect(() => {
    if (!unlocked) return undefined
    // A refusal means that the session has just locked, which is told in its own way.
    return listenForActivity(window, activityReporter(clock, () => void bridge.call('session.activity', {}).catch(() => undefined)))
  }, [unlocked, bridge, clock])

  const facts = useMemo(() => (session ? { session, info } : undefined), [session, info])
  if (!facts) return <Starting />
  return (
    <SessionProvider facts={facts}>
      <Frame>
        <SupportNotice />
        <ErrorBoundary key={facts.session.epoch}>
          <Suspense fallback={<Starting />}>
            <Screen phase={phase} epoch={facts.session.epoch} />
          </Suspense>
        </ErrorBoundary>
        <OutOfReach />
      </Frame>
    </SessionProvider>
  )
}

function Screen({ phase, epoch }: { readonly phase: Phase; readonly epoch: number }) {
  switch (phase.screen) {
    case 'starting':
      return <Starting />
    case 'sign-in':
      return <SignIn />
    case 'signing-in':
      return <SigningIn />
    case 'choose-pin':
      return (
        <>
          <ChoosePin />
          {phase.locksAt === undefined ? null : <Warning locksAt={phase.locksAt} />}
        </>
      )
    case 'lock':
      return <LockScreen />
    case 'locked-out':
      return <LockedOut />
    case 'wiping':
      return (
        <Entry title={t('wiping.title')} testId="wiping">
          <p>{t('wiping.why')}</p>
        </Entry>
      )
    case 'workspace':
      return (
        <>
          {/* Another epoch is another workspace: nothing of the former one survives in it. */}
          <Workspace key={epoch} />
          {phase.locksAt === undefined ? null : <Warning locksAt={phase.locksAt} />}
        </>
      )
    default:
      return assertNever(phase)
  }
}

function Starting() {
  return <main aria-busy="true" aria-label={t('app.starting')} />
}
