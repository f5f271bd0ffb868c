import type { ChartkeepBridge, ChartkeepEvents } from '../../shared/bridge.ts'

declare global {
  interface Window {
    readonly chartkeep: ChartkeepBridge
    readonly chartkeepEvents: ChartkeepEvents
  }
}

/** What the preload put on the window. Nothing else in the renderer reads these two names. */
export function exposed(window: Window): { readonly procedures: ChartkeepBridge; readonly events: ChartkeepEvents } {
  return { procedures: window.chartkeep, events: window.chartkeepEvents }
}
