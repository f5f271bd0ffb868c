import { useMemo } from 'react'
import type { PatientId, ResourceId } from '../../../../shared/contract/index.ts'
import { useServices } from '../../../services/index.ts'
import type { DocumentPort } from '../../documents/index.ts'
import { useChartAccess } from './access.ts'

/** FHIR's own spelling of an id: what is none cannot be asked for. */
const isResourceId = (id: string): id is ResourceId => /^[A-Za-z0-9\-.]{1,64}$/.test(id)

/** The way to the file of a document of this chart; undefined where the document has no id to ask by. */
export function useDocumentPort(patient: PatientId, id: string | undefined): DocumentPort | undefined {
  const { bridge } = useServices()
  const { ports } = useChartAccess()
  return useMemo(() => {
    if (id === undefined || !isResourceId(id)) return undefined
    return {
      open: async () => bridge.callTab(await ports.tabOf(patient), 'document.open', { patient, document: id }),
      part: async (file, part) => (await bridge.callTab(await ports.tabOf(patient), 'document.part', { patient, file, part })).data,
      // Nothing depends on it: what is not closed is given up for a newer one, and at the lock.
      close: (file) => void ports.tabOf(patient).then((tab) => bridge.callTab(tab, 'document.close', { patient, file })).catch(() => undefined),
    }
  }, [bridge, ports, patient, id])
}
