import type { DeskAlert, OutputOf } from '../../../../shared/contract/index.ts'
import { deskAlertStates } from '../../../../shared/desk/words.ts'
import { useServices } from '../../../services/index.ts'
import { type NewestFirst, useNewestFirst } from '../use-newest-first.ts'

export const alertFilters = ['all', ...deskAlertStates] as const
export type AlertFilter = (typeof alertFilters)[number]

type AlertPart = OutputOf<'desk.alerts'>
export type AlertList = NewestFirst<DeskAlert, AlertPart>

/** Milliseconds. */
const lookEvery = 30_000

const alertsOf = ({ alerts }: AlertPart) => alerts

export function useAlerts(asked: AlertFilter): AlertList {
  const { bridge } = useServices()
  return useNewestFirst({
    list: 'alerts',
    asked,
    everyMs: lookEvery,
    read: (signal, cause, before) => bridge.callUntil(signal, 'desk.alerts', { cause, ...(asked === 'all' ? {} : { state: asked }), ...before }),
    linesOf: alertsOf,
  })
}
