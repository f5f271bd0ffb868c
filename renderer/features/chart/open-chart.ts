import type { PatientId, SectionName } from '../../../shared/contract/index.ts'
import type { ChartAccess } from './access.ts'
import { loadSection, refreshSection, sectionQuery } from './section-load.ts'

/** Every section of a chart; the banner's first, as they are answered in about the order they are asked. */
export const chartSections: readonly SectionName[] = [
  'patient',
  'flags',
  'allergies',
  'problems',
  'medications',
  'vitals',
  'laboratory',
  'encounters',
  'careTeam',
  'notes',
  'immunizations',
  'procedures',
]

/** Asks for all of a chart at once. What was asked for already is not asked again. */
export async function openChart(access: ChartAccess, patient: PatientId): Promise<void> {
  await Promise.all(
    chartSections
      .filter((section) => {
        const state = access.client.getQueryState(sectionQuery(access, patient, section).queryKey)
        // A component that already watches has made the query; it has not asked.
        return state === undefined || (state.status === 'pending' && state.fetchStatus === 'idle')
      })
      .map((section) => loadSection(access, patient, section, isPointedAt)),
  )
}

/** Has the EHR confirm what a chart shows: after the network came back. */
export async function refreshChart(access: ChartAccess, patient: PatientId): Promise<void> {
  const { client } = access
  await Promise.all(
    chartSections.flatMap((section) => {
      const state = client.getQueryState(sectionQuery(access, patient, section).queryKey)
      if (state === undefined || state.fetchStatus === 'fetching') return []
      return state.status === 'error' ? loadSection(access, patient, section, isPointedAt) : refreshSection(access, patient, section, isPointedAt)
    }),
  )
}

/** Someone points into the chart's lists or has the focus there: nothing may move now. */
function isPointedAt(): boolean {
  return document.querySelector('[data-holds-still]:is(:hover, :focus-within)') !== null
}
