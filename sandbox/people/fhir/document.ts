import type { DiagnosticReport, DocumentReference } from '@medplum/fhirtypes'
import { instantOf } from '../calendar.ts'
import { type Concept, loinc, systems } from '../codes/concept.ts'
import { cardiology, imaging, type ImagingKey, noteTypes, radiology } from '../codes/documents.ts'
import type { ProcedureKey } from '../codes/encounters.ts'
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

/** Procedures that end in a written report, and what it concludes in the ordinary case. */
const reports: Readonly<Partial<Record<ProcedureKey, { readonly image: ImagingKey; readonly category: Concept; conclude(visit: Visit, ejection: number): string }>>> = {
  chestXray: {
    image: 'chestXray',
    category: radiology,
    conclude: ({ reason }) =>
      reason === 'heartFailure'
        ? 'Enlarged heart, congestion of the lung vessels, small effusions on both sides. No infiltrate.'
        : reason === 'pneumonia'
          ? 'Infiltrate in the right lower lobe.'
          : reason === 'copd' || reason === 'copdExacerbation'
            ? 'Hyperinflated lungs, flat diaphragms. No infiltrate, no mass.'
            : 'No infiltrate, no effusion. Heart of normal size.',
  },
  mammography: { image: 'mammogram', category: radiology, conclude: () => 'Scattered fibroglandular densities. No suspicious finding. BI-RADS 1.' },
  echocardiogram: { image: 'echocardiogram', category: cardiology, conclude: (_, ejection) => `Left ventricular ejection fraction ${ejection} %. ${ejection < 50 ? 'Reduced' : 'Normal'} systolic function. No severe valve disease.` },
  electrocardiogram: {
    image: 'electrocardiogram',
    category: cardiology,
    conclude: ({ reason }) =>
      reason === 'atrialFibrillation'
        ? 'Atrial fibrillation with rapid ventricular response. No ischemia.'
        : reason === 'myocardialInfarction'
          ? 'Sinus rhythm. ST elevation in the inferior leads.'
          : reason === 'hyperkalemia'
            ? 'Sinus rhythm. Peaked T waves. QRS 104 ms.'
            : 'Sinus rhythm. No acute ST changes.',
  },
}

export function reportResources({ newId, subject, meta }: Scribe, visit: Visit, ejection: number, encounters: EncounterIds): DiagnosticReport[] {
  return visit.procedures.flatMap((key): DiagnosticReport[] => {
    const report = reports[key]
    if (report === undefined) return []
    return [
      {
        resourceType: 'DiagnosticReport',
        id: newId('DiagnosticReport'),
        ...meta('us-core-diagnosticreport-note'),
        status: 'final',
        category: [{ coding: [{ system: systems.loinc, code: report.category.code, display: report.category.display }], text: report.category.display }],
        code: loinc(imaging[report.image]),
        subject,
        ...during(encounters, visit.day),
        effectiveDateTime: instantOf(visit.day, visit.minute + 20),
        issued: instantOf(visit.day, visit.minute + 80),
        performer: [practitioner(visit.clinician)],
        conclusion: report.conclude(visit, ejection),
      },
    ]
  })
}
