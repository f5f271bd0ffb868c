import { type Dispatch, useEffect, useRef } from 'react'
import { useServices } from '../services/index.ts'
import { type Tabs, type TabsEvent, toPlace } from './tabs.ts'

const keepAfter = 300

/**
 * Finds the charts that were open before the lock, and keeps those that are open now. Keeping begins when recalling
 * has ended, so that an empty workspace does not overwrite the place it is about to find.
 */
export function usePlace(tabs: Tabs, dispatch: Dispatch<TabsEvent>, mayRead: boolean): void {
  const { bridge, flush } = useServices()
  const recalled = useRef(false)
  const unsaved = useRef<Tabs>(undefined)

  useEffect(() => {
    if (!mayRead) return undefined
    let wanted = true
    bridge.call('place.recall', {}).then(
      ({ place }) => {
        recalled.current = true
        if (wanted && place) dispatch({ type: 'recall', place })
      },
      // Without the place one starts at the patient list: nothing clinical is lost.
      () => {
        recalled.current = true
      },
    )
    return () => {
      wanted = false
    }
  }, [bridge, dispatch, mayRead])

  const { open, front } = tabs
  useEffect(() => {
    if (!recalled.current) return undefined
    unsaved.current = { open, front, full: false }
    const keep = async () => {
      const now = unsaved.current
      unsaved.current = undefined
      // The next change or the lock's flush tries again; a lost place costs a click, so nobody is told.
      if (now) await bridge.call('place.keep', { place: toPlace(now) }).catch(() => undefined)
    }
    const timer = setTimeout(() => void keep(), keepAfter)
    const remove = flush.add(keep)
    return () => {
      clearTimeout(timer)
      remove()
    }
  }, [bridge, flush, open, front])
}
