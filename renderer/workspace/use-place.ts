import { type Dispatch, useEffect, useMemo, useRef } from 'react'
import { useServices } from '../services/index.ts'
import { PlaceKeeper } from './place-keeper.ts'
import { type Tabs, type TabsEvent, toPlace } from './tabs.ts'

/**
 * Finds the charts that were open before the lock, and keeps those that are open now. Keeping begins when recalling
 * has ended, so that an empty workspace does not overwrite the place it is about to find.
 */
export function usePlace(tabs: Tabs, dispatch: Dispatch<TabsEvent>, mayRead: boolean): void {
  const { bridge, flush } = useServices()
  const recalled = useRef(false)
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
    const beginKeeping = () => {
      recalled.current = true
    }
    bridge.call('place.recall', {}).then(({ place }) => {
      beginKeeping()
      if (wanted && place) dispatch({ type: 'recall', place })
      // Without the place one starts at the patient list: nothing clinical is lost.
    }, beginKeeping)
    return () => {
      wanted = false
    }
  }, [bridge, dispatch, mayRead])

  const { open, front } = tabs
  useEffect(() => {
    if (recalled.current) keeper.change(toPlace({ open, front }))
  }, [keeper, open, front])
}
