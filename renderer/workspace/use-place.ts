import { type Dispatch, useEffect, useMemo, useRef } from 'react'
import type { Place } from '../../shared/contract/index.ts'
import { useServices } from '../services/index.ts'
import { PlaceKeeper } from './place-keeper.ts'
import { noTabs, type Tabs, type TabsEvent, toPlace } from './tabs.ts'

/**
 * Finds the charts that were open before the lock, and keeps those that are open now. Keeping begins when recalling
 * has ended, so that an empty workspace does not overwrite the place it is about to find.
 */
export function usePlace(tabs: Tabs, dispatch: Dispatch<TabsEvent>, mayRead: boolean): void {
  const { bridge, flush } = useServices()
  const recalled = useRef(false)
  const shown = useRef<Pick<Tabs, 'open' | 'front'>>(noTabs)
  const keeper = useMemo(
    () =>
      new PlaceKeeper({
        keep: async (place) => {
          await bridge.call('place.keep', { place })
        },
        after: (milliseconds, run) => {
          const timer = setTimeout(run, milliseconds)
          return () => clearTimeout(timer)
        },
      }),
    [bridge],
  )

  useEffect(() => {
    // Never removed: the flush of a lock may come when the screen has already left the workspace.
    flush.add(() => keeper.flush())
  }, [flush, keeper])

  useEffect(() => {
    if (!mayRead) return undefined
    let wanted = true
    const beginKeeping = (place?: Place) => {
      recalled.current = true
      if (!wanted) return
      if (place) dispatch({ type: 'recall', place })
      // What was opened meanwhile: it may be that nothing about it changes before the power goes.
      else if (shown.current.open.length > 0) keeper.change(toPlace(shown.current))
    }
    // Without the place one starts at the patient list: nothing clinical is lost.
    bridge.call('place.recall', {}).then(({ place }) => beginKeeping(place), () => beginKeeping())
    return () => {
      wanted = false
    }
  }, [bridge, dispatch, keeper, mayRead])

  const { open, front } = tabs
  useEffect(() => {
    shown.current = { open, front }
    if (recalled.current) keeper.change(toPlace({ open, front }))
  }, [keeper, open, front])
}
