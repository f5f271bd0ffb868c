import type { DocumentReference } from '@medplum/fhirtypes'
import { ownership } from '../../../shared/clinical/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { readBundle } from '../fhir/bundle.ts'
import type { FhirClient } from '../fhir/client.ts'
import type { RecipientKey } from '../files/file-key.ts'
import type { HandedOver } from '../files/shelf.ts'
import { identifierToken, isDocumentUnder, withFile } from './document.ts'
import type { OutboxKey, OutboxRow } from './row.ts'

export interface UploadParts {
  readonly client: FhirClient
  /** The keys that the EHR publishes for files, the one to use first; undefined where it publishes none. */
  readKeys(): Promise<readonly RecipientKey[] | undefined>
  /** The file, sealed for whoever has this key. */
  handOver(key: OutboxKey, recipient: RecipientKey): Promise<HandedOver>
}

/** What is told while one is on its way. */
export interface UploadSteps {
  /** From 0 to 1. */
  progress(share: number): void
  /** The EHR has no such document: nothing of an earlier try has come there. On disk when it returns. Throws `cancelled` where it was taken back meanwhile. */
  absent(): void
  /** The EHR has the file. On disk when it returns. */
  fileThere(binary: string): void
  /** The document is about to be sent. On disk when it returns. */
  leaving(): void
}

/** How a sealed file is named, see ADR 0111. */
const sealedFileType = 'application/vnd.chartkeep.sealed-file'
/** Slower than this nobody waits for: bytes in a second. */
const slowest = 128 * 1024

/**
 * Brings a document and its file to the EHR, and gives the document's id. What may have been sent before is asked for first; so whatever became of an earlier try, there is one
 * document in the end. Rejects with the kinds of the way to the EHR, `no-file-key`, and `not-found`, `vault-corrupt` where the file is not here.
 */
export async function upload({ client, readKeys, handOver }: UploadParts, row: OutboxRow, signal: AbortSignal, steps: UploadSteps): Promise<string> {
  const { patient, idempotencyKey: key } = row
  // Also at the first try: a token that is refused is found out before megabytes are sent.
  const there = await findDocument(client, row, signal)
  if (there !== undefined) return there
  steps.absent()
  const binary = row.binary ?? (await sendFile())
  steps.leaving()
  return client.create('DocumentReference', {
    key,
    contentType: 'application/fhir+json',
    // The row was made of a DocumentReference, and is sealed.
    body: JSON.stringify(withFile(row.body as DocumentReference, binary)),
    headers: { 'if-none-exist': `identifier=${encodeURIComponent(identifierToken(key))}` },
    signal,
  })

  async function sendFile(): Promise<string> {
    const [recipient] = (await readKeys()) ?? []
    if (recipient === undefined) throw new ChartkeepError('no-file-key')
    const { bytes, pieces } = await handOver(row, recipient)
    const sent = await client.create('Binary', {
      key,
      contentType: sealedFileType,
      headers: { 'x-security-context': `Patient/${patient}`, 'content-length': String(bytes), prefer: 'return=minimal' },
      *body() {
        let left = 0
        for (const piece of pieces()) {
          yield piece
          left += piece.length
          steps.progress(left / bytes)
        }
      },
      sendingMs: Math.ceil((bytes / slowest) * 1_000),
      signal,
    })
    steps.fileThere(sent)
    return sent
  }
}

/** The document under this key, if the EHR has it. Throws `wrong-patient` where it has it in another chart. */
async function findDocument(client: FhirClient, { patient, idempotencyKey: key }: OutboxKey, signal: AbortSignal): Promise<string | undefined> {
  const json = await client.search('DocumentReference', new URLSearchParams({ patient, identifier: identifierToken(key) }), { effort: client.effort(signal) })
  const page = readBundle(json, {
    types: ['DocumentReference'],
    about: { type: 'DocumentReference', patient },
    belongs(resource) {
      const owner = ownership(resource, patient, client.fhirBase)
      return owner === 'this-patient' ? 'yes' : owner === 'another-patient' ? 'no' : 'unsaid'
    },
  })
  if (page.refused.wrongPatient > 0) throw new ChartkeepError('wrong-patient')
  const found = page.resources.find((resource) => resource.resourceType === 'DocumentReference' && isDocumentUnder(key, resource))
  // What was left out may be the very one.
  if (found === undefined && (page.isPartial || page.refused.malformed > 0)) throw new ChartkeepError('server')
  return found?.id
}
