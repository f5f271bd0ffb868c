import type { Clock } from '../../../shared/clock.ts'
import type { OutputOf } from '../../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { KeptDocument, KeptDocuments } from '../documents/kept-documents.ts'
import { inMemory, type OpenFile, type OpenFiles } from '../documents/open-files.ts'
import { findDocument, type FoundDocument, placeOf, readFile } from '../documents/read-document.ts'
import type { FhirClient } from '../fhir/client.ts'
import type { Effort } from '../ehr/effort.ts'
import { partBytes } from '../files/shelf.ts'
import type { PortCaller } from './caller.ts'

export interface DocumentsParts {
  readonly client: FhirClient
  readonly kept: KeptDocuments
  readonly files: OpenFiles
  readonly clock: Clock
}

type Opened = OutputOf<'document.open'>

/** A document as the EHR has it now, and what is kept of it that may still be shown. */
interface Current {
  readonly found: FoundDocument
  readonly before: KeptDocument | undefined
  readonly effort: Effort
  readonly asOf: number
}

/** The EHR cannot be asked just now: what is kept is shown with its age. */
const outages: ReadonlySet<FailureKind> = new Set(['offline', 'timeout', 'server', 'throttled'])
/** The EHR says that this user is not to see it, or that it is no more: then it is not kept either. */
const ends: ReadonlySet<FailureKind> = new Set(['forbidden', 'not-found', 'gone', 'wrong-patient'])

export function documentHandlers({ client, kept, files, clock }: DocumentsParts): Pick<Handlers<'tab', PortCaller>, 'document.open' | 'document.part' | 'document.close'> {
  function openKept(patient: string, document: string, { kind, contentType, file }: KeptDocument, freshness: Opened['freshness']): Opened {
    const healing: OpenFile = {
      bytes: file.bytes,
      part(number) {
        try {
          return file.part(number)
        } catch (error) {
          // A part is gone or changed: the next opening reads the whole from the EHR again.
          if (kindOf(error) === 'vault-corrupt') kept.forget(patient, document)
          throw error
        }
      },
    }
    return { file: files.open(patient, healing), kind, contentType, bytes: file.bytes, partBytes, freshness }
  }

  async function openFound(patient: string, document: string, { found, before, effort, asOf }: Current): Promise<Opened> {
    const place = placeOf(found.file, client.fhirBase)
    const etag = place !== undefined && before?.place === place ? before.etag : undefined
    const read = await readFile(client, found.file, { etag, effort })
    if (read === 'unchanged') {
      // Asked for with a tag, which only what was kept can have given.
      if (before === undefined) throw new ChartkeepError('server')
      return openKept(patient, document, before, { source: 'network', asOf })
    }
    await kept.keep(patient, document, found, read, place)
    const { kind, contentType, bytes } = read
    return { file: files.open(patient, inMemory(bytes)), kind, contentType, bytes: bytes.length, partBytes, freshness: { source: 'network', asOf } }
  }

  return {
    async 'document.open'({ patient, document }, { signal }) {
      let before = kept.find(patient, document)
      try {
        const asOf = clock.now()
        const effort = client.effort(signal)
        const found = await findDocument(client, patient, document, effort)
        if (before !== undefined && !kept.mayStay(before, found.resource)) {
          // What it is labelled as has changed: it is kept anew under that, or not at all.
          kept.forget(patient, document)
          before = undefined
        }
        return await openFound(patient, document, { found, before, effort, asOf })
      } catch (error) {
        const kind = kindOf(error)
        if (ends.has(kind)) kept.forget(patient, document)
        if (!outages.has(kind) || before === undefined) throw error
        return openKept(patient, document, before, { source: 'cache', asOf: before.file.asOf })
      }
    },
    'document.part': ({ patient, file, part }) => ({ data: files.find(patient, file).part(part).toString('base64') }),
    'document.close'({ patient, file }) {
      files.close(patient, file)
      return {}
    },
  }
}
