import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { assertNever } from '../../shared/assert-never.ts'
import type { PatientId } from '../../shared/contract/index.ts'
import type { Connection, KeepingTrouble } from '../bridge/index.ts'
import { ChartAccessProvider, chartKey, chartViews, createChartAccess, openChart, refreshChart, TabPorts } from '../features/chart/index.ts'
import { KeychainNotice } from '../features/keychain/index.ts'
import { DraftBook, DraftBookProvider } from '../features/notes/index.ts'
import { t } from '../messages/index.ts'
import { useServices, useSession } from '../services/index.ts'
import { Notice } from '../ui/Notice.tsx'
import { Charts } from './Charts.tsx'
import { NoCharts } from './NoCharts.tsx'
import { OfflineBanner } from './OfflineBanner.tsx'
import { KeepingBanner } from './KeepingBanner.tsx'
import { createQueryClient } from './query-client.ts'
import { type Command, commandOf, writesText } from './shortcuts.ts'
import { ShortcutsDialog } from './ShortcutsDialog.tsx'
import { nextTabs, noTabs, tabCap } from './tabs.ts'
import { TopBar } from './TopBar.tsx'
import { useHolds } from './use-holds.ts'
import { usePlace } from './use-place.ts'
import styles from './Workspace.module.css'

/** Of few people's work: whoever opens charts does not wait for its code. */
const AuditView = lazy(async () => ({ default: (await import('../features/audit-trail/index.ts')).AuditView }))
const SupportDesk = lazy(async () => ({ default: (await import('../features/support/index.ts')).SupportDesk }))

/** The unlocked application: the patient list, the open charts, and what belongs to the window. */
export function Workspace() {
  const { bridge, clock, flush } = useServices()
  const { session } = useSession()
  const { epoch, permissions } = session
  const [tabs, dispatch] = useReducer(nextTabs, noTabs)
  const [connection, setConnection] = useState<Connection>()
  const [trouble, setTrouble] = useState<KeepingTrouble>()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const deskPart = useRef<(index: number) => void>(null)

  const parts = useMemo(() => {
    const client = createQueryClient()
    const access = createChartAccess(bridge, new TabPorts(bridge), client, epoch)
    return { client, access, drafts: new DraftBook({ bridge, clock, flush, tabOf: (patient) => access.ports.tabOf(patient) }) }
  }, [bridge, clock, flush, epoch])
  const { client, access, drafts } = parts
  // The end of a workspace: nothing that was read stays reachable.
  useEffect(() => () => client.clear(), [client])

  const hasPatients = permissions.includes('patient:search')
  const reviews = permissions.includes('audit:read')
  const helps = permissions.includes('desk:read')
  usePlace(tabs, dispatch, hasPatients && !reviews && !helps)
  useEffect(() => bridge.onConnection(setConnection), [bridge])
  useEffect(() => bridge.onKeeping(setTrouble), [bridge])

  const holdsOf = useHolds()
  useEffect(() => {
    // What was read of a chart that is held now is forgotten, in front or not: by this time it has left the screen.
    for (const { patient } of tabs.open) if (holdsOf(patient).length > 0) client.removeQueries({ queryKey: chartKey(epoch, patient) })
  }, [client, epoch, holdsOf, tabs.open])

  const isOnline = connection?.online ?? true
  const isRecorded = trouble?.what !== 'audit'
  const couldRead = useRef(isOnline && isRecorded)
  useEffect(() => {
    // Back online, or access is recorded again: what is on the screen is confirmed. Charts behind it wait until they are looked at.
    const canRead = isOnline && isRecorded
    if (canRead && !couldRead.current && tabs.front !== undefined && holdsOf(tabs.front).length === 0) void refreshChart(access, tabs.front)
    couldRead.current = canRead
  }, [isOnline, isRecorded, access, holdsOf, tabs.front])

  const open = useCallback(
    (patient: PatientId) => {
      // Asked for before React hears of it: the requests are under way while the chart is being rendered.
      const hasRoom = tabs.open.length < tabCap || tabs.open.some((tab) => tab.patient === patient)
      if (hasRoom && holdsOf(patient).length === 0) void openChart(access, patient)
      dispatch({ type: 'open', patient })
    },
    [access, holdsOf, tabs.open],
  )
  const close = useCallback(
    (patient: PatientId) => {
      dispatch({ type: 'close', patient })
      // The last words of a note are saved through the tab's port, so the port closes after them.
      void drafts.release(patient).then(async () => {
        await access.ports.close(patient).catch(() => undefined)
        client.removeQueries({ queryKey: chartKey(epoch, patient) })
      })
    },
    [access, client, drafts, epoch],
  )

  const { front } = tabs
  const isFrontHeld = front !== undefined && holdsOf(front).length > 0
  useEffect(() => {
    // Also when the question before it was answered.
    if (front !== undefined && !isFrontHeld) void openChart(access, front)
  }, [access, front, isFrontHeld])

  useEffect(() => {
    const run = (command: Command) => {
      switch (command.do) {
        case 'search':
          dispatch({ type: 'front', patient: undefined })
          requestAnimationFrame(() => search.current?.focus())
          return
        case 'step':
          return dispatch({ type: 'step', by: command.by })
        case 'close':
          return front === undefined ? undefined : close(front)
        case 'view': {
          deskPart.current?.(command.index)
          const view = chartViews[command.index]
          return front === undefined || view === undefined ? undefined : dispatch({ type: 'view', patient: front, view })
        }
        case 'note':
          return front === undefined ? undefined : dispatch({ type: 'note', patient: front, open: true })
        case 'help':
          return setHelpOpen(true)
        default:
          return assertNever(command)
      }
    }
    const pressed = (event: KeyboardEvent) => {
      const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event
      const command = commandOf({ key, code, ctrlKey, metaKey, altKey, shiftKey, typing: writesText(event.target) })
      if (!command) return
      event.preventDefault()
      run(command)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [front, close])

  return (
    <QueryClientProvider client={client}>
      <ChartAccessProvider access={access}>
        <DraftBookProvider book={drafts}>
          <div className={styles['workspace']} data-testid="workspace">
            <TopBar connection={connection} onShortcuts={() => setHelpOpen(true)} />
            {tabs.full ? (
              <Notice tone="caution" role="alert">
                {t('tabs.full', { count: tabCap })}
              </Notice>
            ) : null}
            {isOnline || !connection ? null : <OfflineBanner since={connection.since} />}
            {trouble ? <KeepingBanner trouble={trouble} /> : null}
            <KeychainNotice />
            {helps || reviews ? (
              <Suspense fallback={<main aria-busy="true" aria-label={t('app.loading')} />}>
                {helps ? <SupportDesk search={search} showPart={deskPart} /> : <AuditView />}
              </Suspense>
            ) : hasPatients ? <Charts tabs={tabs} dispatch={dispatch} holdsOf={holdsOf} onOpen={open} onClose={close} searchField={search} /> : <NoCharts />}
            {isHelpOpen ? <ShortcutsDialog of={helps ? 'desk' : 'charts'} onClose={() => setHelpOpen(false)} /> : null}
          </div>
        </DraftBookProvider>
      </ChartAccessProvider>
    </QueryClientProvider>
  )
}
