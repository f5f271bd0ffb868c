import type { DocumentReference } from '@medplum/fhirtypes'
import { instantOf } from '../calendar.ts'
import { loinc } from '../codes/concept.ts'
import { noteTypes } from '../codes/documents.ts'
import type { Note } from '../notes/compose.ts'
import type { Visit } from '../timeline.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

/** A note, its text inside it. */
export function noteResource({ newId, subject, meta }: Scribe, note: Note, visit: Visit, encounters: EncounterIds): DocumentReference {
  const written = instantOf(visit.day + visit.nights, visit.nights > 0 ? 640 : visit.minute + 25)
  const encounter = during(encounters, visit.day).encounter
  return {
    resourceType: 'DocumentReference',
    id: newId('DocumentReference'),
    ...meta('us-core-documentreference'),
    status: 'current',
    docStatus: 'final',
    type: loinc(noteTypes[note.type]),
    category: [
      {
        coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note', display: 'Clinical Note' }],
        text: 'Clinical note',
      },
    ],
    subject,
    date: written,
    author: [practitioner(visit.clinician)],
    description: note.title,
    content: [
      {
        attachment: { contentType: 'text/plain; charset=utf-8', data: Buffer.from(note.text, 'utf8').toString('base64'), title: note.title, creation: written },
        format: { system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode', code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient', display: 'mimeType Sufficient' },
      },
    ],
    context: { ...(encounter !== undefined && { encounter: [encounter] }), period: { start: instantOf(visit.day, visit.minute) } },
  }
}
