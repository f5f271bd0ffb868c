import type { PatientId } from '../../../../shared/contract/index.ts'
// Not by the index: that would bring the contract's parser into the page (ADR 0064).
import { sections } from '../../../../shared/contract/sections.ts'
import type { ChartAccess } from './access.ts'
import { confirmSection, loadSection, lookAtSection, refreshSection, sectionQuery } from './section-load.ts'

/** What was kept is confirmed after so long at the latest, however slow another section is. Milliseconds. */
const confirmAfter = 500

/**
 * Asks for all of a chart at once. What was asked for already is not asked again. What was kept is confirmed by the EHR
 * once all of it is on the screen (`painted`), so that the confirmation does not hold up what is waited for.
 */
export async function openChart(access: ChartAccess, patient: PatientId, painted: () => Promise<unknown> = twoFrames): Promise<void> {
  const wanted = sections.filter((section) => {
    const state = access.client.getQueryState(sectionQuery(access, patient, section).queryKey)
    // A component that already watches has made the query; it has not asked.
    return state === undefined || (state.status === 'pending' && state.fetchStatus === 'idle')
  })
  if (wanted.length > 0) access.open(patient, wanted)
  const looks = wanted.map((section) => ({ section, look: lookAtSection(access, patient, section) }))
  const shown = Promise.race([Promise.all(looks.map(({ look }) => look)).then(painted), wait(confirmAfter)])
  await Promise.all(
    looks.map(async ({ section, look }) => {
      await Promise.all([look, shown])
      await confirmSection(access, patient, section, isPointedAt)
    }),
  )
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Resolves when what was rendered before is on the screen. A page that nobody sees has no frames. */
const twoFrames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

/** Has the EHR confirm what a chart shows: after the network came back. */
export async function refreshChart(access: ChartAccess, patient: PatientId): Promise<void> {
  const { client } = access
  await Promise.all(
    sections.flatMap((section) => {
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
