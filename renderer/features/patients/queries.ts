import { useQuery } from '@tanstack/react-query'
import type { OutputOf } from '../../../shared/contract/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { rememberHeads, useChartAccess } from '../chart/index.ts'

/** The lists that hold several patients. They share the epoch's key, and are nobody's chart. */
function usePatientList(name: 'patients.mine' | 'patients.recent', isAllowed: boolean) {
  const { bridge } = useServices()
  const { session } = useSession()
  const remember = useRemember()
  return useQuery({ queryKey: [session.epoch, 'lists', name], queryFn: () => bridge.call(name, {}).then(remember), enabled: isAllowed })
}

export const useMyPatients = (isAllowed: boolean) => usePatientList('patients.mine', isAllowed)
export const useRecentPatients = (isAllowed: boolean) => usePatientList('patients.recent', isAllowed)

/** Shorter than this a search would list the hospital. */
export const shortestSearch = 2

/**
 * A search, once its text has settled; an empty text while it has not. The answer to an older text is never shown under a newer one, since
 * the text is the key; and it is not waited for either: who types on leaves the older search, here and at the EHR.
 */
export function usePatientSearch(text: string) {
  const { bridge } = useServices()
  const { session } = useSession()
  const remember = useRemember()
  return useQuery({
    queryKey: [session.epoch, 'search', text],
    queryFn: ({ signal }) => bridge.callUntil(signal, 'patients.search', { text }).then(remember),
    enabled: text.length >= shortestSearch,
    // Every search is an access of its own; an answer of a minute ago is not asked for again by going back to it.
    staleTime: 60_000,
    gcTime: 60_000,
  })
}

/** Who is listed is remembered for the tabs: a chart has its name before it is loaded. */
function useRemember() {
  const access = useChartAccess()
  return (answer: OutputOf<'patients.search'>) => {
    rememberHeads(access, answer.patients)
    return answer
  }
}
