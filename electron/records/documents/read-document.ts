import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { type AttachedFile, attachedFile, ownership } from '../../../shared/clinical/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import type { FhirClient } from '../fhir/client.ts'
import type { Effort } from '../ehr/effort.ts'
import { sniff, type SniffedFile } from './sniff.ts'

/** A document and the file that it names. */
export interface FoundDocument {
  readonly resource: Resource
  readonly file: AttachedFile
}

/** What came of a document's file. */
export interface ReadFile extends SniffedFile {
  readonly bytes: Buffer
  readonly etag: string | undefined
}

/** A scan of many pages; a film or a whole study is not for this screen, nor for its memory. Below what the transport takes at all. */
const mostBytes = 25 * 1024 * 1024
/** The content as it is, of whatever type: only FHIR's own types would wrap it into a resource (R4 §2.40.4). */
const anyFile = 'application/pdf, image/*, text/*, application/octet-stream, */*;q=0.5'

/** `.` and `..` would pass for ids, and lead out of `Binary`. */
const binaryPath = /^Binary\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9\-.]{1,64}(?:\/_history\/(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64})?$/

/** Reads a document of this patient. Throws `wrong-patient`, `gone` where it was entered in error, `not-found` where it names no file, and the kinds of the way to the EHR. */
export async function findDocument(client: FhirClient, patient: string, id: string, effort: Effort): Promise<FoundDocument> {
  const answer = await client.get(`DocumentReference/${id}`, { effort })
  if (answer.kind !== 'body') throw new ChartkeepError('server')
  const owner = ownership(answer.json, patient, client.fhirBase)
  if (owner === 'another-patient') throw new ChartkeepError('wrong-patient')
  // What it says of itself is only read once it is known whose it is.
  const resource = answer.json as DocumentReference
  if (owner !== 'this-patient' || resource.resourceType !== 'DocumentReference' || resource.id !== id) throw new ChartkeepError('malformed')
  if (resource.status === 'entered-in-error' || resource.docStatus === 'entered-in-error') throw new ChartkeepError('gone')
  const file = attachedFile(resource)
  if (file === undefined) throw new ChartkeepError('not-found')
  return { resource, file }
}

/** Where a file lies; undefined where it is in the document itself. Throws `redirected` for any place but a Binary of this EHR. */
export function placeOf({ at }: AttachedFile, fhirBase: string): string | undefined {
  if (at.kind === 'inside') return undefined
  const path = at.url.startsWith(`${fhirBase}/`) ? at.url.slice(fhirBase.length + 1) : at.url
  if (!binaryPath.test(path)) throw new ChartkeepError('redirected')
  return path
}

/**
 * Reads the file itself. `unchanged`: what was kept under the tag is still true. Throws `not-viewable` before anything is fetched where the document says so,
 * `too-large`, `malformed` where it is not what it was declared to be, and the kinds of the way to the EHR.
 */
export async function readFile(client: FhirClient, file: AttachedFile, options: { readonly etag: string | undefined; readonly effort: Effort }): Promise<ReadFile | 'unchanged'> {
  if (file.declared === 'other') throw new ChartkeepError('not-viewable')
  const path = placeOf(file, client.fhirBase)
  if (file.at.kind === 'inside' || path === undefined) return known(file, bytesOf(file.at.kind === 'inside' ? file.at.data : ''), undefined)
  const answer = await client.content(path, { ...options, accept: anyFile, maxBytes: mostBytes })
  if (answer.kind === 'unchanged') return 'unchanged'
  const { bytes, contentType, etag } = answer.content
  return known(file, contentType === 'application/fhir+json' ? unwrapped(bytes) : bytes, etag)
}

function known(file: AttachedFile, bytes: Buffer, etag: string | undefined): ReadFile {
  return { ...sniff(bytes, file.declared), bytes, etag }
}

/** A server that gives the resource for its content, whatever it was asked for. */
function unwrapped(text: Buffer): Buffer {
  const binary = parsedJson(text.toString('utf8'))
  if (typeof binary !== 'object' || binary === null || !('resourceType' in binary) || binary.resourceType !== 'Binary' || !('data' in binary)) return text
  return bytesOf(binary.data)
}

function bytesOf(base64: unknown): Buffer {
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) throw new ChartkeepError('malformed')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length > mostBytes) throw new ChartkeepError('too-large')
  return bytes
}
