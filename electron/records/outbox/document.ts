import type { DocumentReference } from '@medplum/fhirtypes'
import type { AttachedFile } from '../work/attachments.ts'

/** RFC 8141's UUIDs, as FHIR writes them among identifiers (R4 §2.24.0.6). */
const uuidSystem = 'urn:ietf:rfc:3986'
const uuidOf = (key: string) => `urn:uuid:${key}`

/** By which it is found, if it is there: a token of a search. */
export const identifierToken = (key: string) => `${uuidSystem}|${uuidOf(key)}`

/**
 * The document that a file becomes. Its key is its identifier, so that the EHR itself can tell whether it has it. What kind of document it is, nobody has said:
 * `UNK` is what US Core gives for that.
 */
export function documentOf({ id, name, contentType, bytes, addedAt }: AttachedFile, patient: string, author: string | undefined): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    identifier: [{ system: uuidSystem, value: uuidOf(id) }],
    status: 'current',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }], text: 'Attached file' },
    category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }] }],
    subject: { reference: `Patient/${patient}` },
    date: new Date(addedAt).toISOString(),
    ...(author === undefined ? {} : { author: [{ reference: author }] }),
    description: name,
    content: [{ attachment: { contentType, size: bytes, title: name } }],
  }
}

/** The same with its file, once the EHR has that. */
export function withFile(document: DocumentReference, binary: string): DocumentReference {
  return { ...document, content: document.content.map((content) => ({ ...content, attachment: { ...content.attachment, url: `Binary/${binary}` } })) }
}

export function isDocumentUnder(key: string, { identifier = [] }: DocumentReference): boolean {
  return identifier.some(({ system, value }) => system === uuidSystem && value === uuidOf(key))
}
