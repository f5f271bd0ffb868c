import type { QueryClient } from '@tanstack/react-query'
import { createContext, createElement, type ReactNode, useContext } from 'react'
import { ownership } from '../../../shared/clinical/patient-match.ts'
import type { OutputOf, PatientId, Section, SectionName } from '../../../shared/contract/index.ts'
import { type Bridge, CallFailure } from '../../bridge/index.ts'
import type { TabPorts } from './tab-ports.ts'

export interface SectionRequest {
  readonly want: 'kept' | 'current'
  readonly cause: 'look' | 'refresh'
  readonly next?: string | undefined
}

/** How the open workspace reads charts. The epoch is part of every key: nothing outlives it. */
export interface ChartAccess {
  readonly epoch: number
  readonly client: QueryClient
  readonly ports: TabPorts
  readonly read: (patient: PatientId, section: SectionName, request: SectionRequest) => Promise<Section>
}

/** Reads over the tab's own port, and takes nothing of another patient however it got there. */
export function createChartAccess(bridge: Bridge, ports: TabPorts, client: QueryClient, epoch: number): ChartAccess {
  return {
    epoch,
    client,
    ports,
    async read(patient, section, { next, ...request }) {
      const tab = await ports.tabOf(patient)
      const answer = await bridge.callTab(tab, 'chart.section', { ...request, patient, section, ...(next === undefined ? {} : { next }) })
      return onlyOf(patient, answer)
    },
  }
}

/** `records` has looked already; a mistake there must not end as a line under the wrong banner. */
function onlyOf(patient: PatientId, answer: OutputOf<'chart.section'>): Section {
  if (answer.resources.some((resource) => ownership(resource, patient) === 'another-patient')) throw new CallFailure('wrong-patient', '')
  return answer
}

const Context = createContext<ChartAccess | undefined>(undefined)

export function ChartAccessProvider({ access, children }: { readonly access: ChartAccess; readonly children: ReactNode }) {
  return createElement(Context, { value: access }, children)
}

export function useChartAccess(): ChartAccess {
  const access = useContext(Context)
  if (!access) throw new Error('A chart was rendered outside of ChartAccessProvider.')
  return access
}
