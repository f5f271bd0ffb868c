import type { QueryClient } from '@tanstack/react-query'
import { createContext, createElement, type ReactNode, useContext } from 'react'
import { ownership } from '../../../../shared/clinical/patient-match.ts'
import type { InputOf, OutputOf, PatientId, Section, SectionName } from '../../../../shared/contract/index.ts'
import { type Bridge, CallFailure } from '../../../bridge/index.ts'
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
  /** Opens the tab of a chart whose sections are about to be looked at: what `read` asks for then is under way already. Never rejects. */
  readonly open: (patient: PatientId, sections: readonly SectionName[]) => void
}

/** A first look at a section. */
export const firstLook: SectionRequest = { want: 'kept', cause: 'look' }

/** Reads over the tab's own port, and takes nothing of another patient however it got there. */
export function createChartAccess(bridge: Bridge, ports: TabPorts, client: QueryClient, epoch: number): ChartAccess {
  return {
    epoch,
    client,
    ports,
    async read(patient, section, request) {
      const tab = await ports.tabOf(patient)
      const answer = await bridge.callTab(tab, 'chart.section', inputOf(patient, section, request))
      return onlyOf(patient, answer)
    },
    open(patient, wanted) {
      // Who reads over it hears of the failure.
      ports.tabOf(patient, wanted.map((section) => inputOf(patient, section, firstLook))).catch(() => undefined)
    },
  }
}

/** One way to write a question: what went with the opening of a tab is known again by its text. */
function inputOf(patient: PatientId, section: SectionName, { want, cause, next }: SectionRequest): InputOf<'chart.section'> {
  return { patient, section, want, cause, ...(next === undefined ? {} : { next }) }
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
