import type { DiagnosticReport, ImagingStudy, Resource, ServiceRequest } from '@medplum/fhirtypes'
import { dateOf, instantOf } from '../calendar.ts'
import { type Concept, loinc, snomed, systems } from '../codes/concept.ts'
import { cardiology, imaging, type ImagingKey, radiology } from '../codes/documents.ts'
import type { ProcedureKey } from '../codes/encounters.ts'
import { findings } from '../codes/findings.ts'
import { problems } from '../codes/problems.ts'
import { opaqueId } from '../random.ts'
import type { Visit } from '../timeline.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

/** A study as DICOM counts it: the modality, its series, and how many pictures are in each. */
interface Study {
  readonly modality: 'DX' | 'MG' | 'US'
  readonly series: readonly { readonly name: string; readonly pictures: number }[]
}

interface Report {
  readonly image: ImagingKey
  readonly category: Concept
  /** A curve on paper has no study. */
  readonly study?: Study
  conclude(visit: Visit, ejection: number): string
}

/** Procedures that end in a written report, and what it concludes in the ordinary case. */
const reports: Readonly<Partial<Record<ProcedureKey, Report>>> = {
  chestXray: {
    image: 'chestXray',
    category: radiology,
    study: { modality: 'DX', series: [{ name: 'PA', pictures: 1 }, { name: 'Lateral', pictures: 1 }] },
    conclude: ({ reason }) =>
      reason === 'heartFailure'
        ? 'Enlarged heart, congestion of the lung vessels, small effusions on both sides. No infiltrate.'
        : reason === 'pneumonia'
          ? 'Infiltrate in the right lower lobe.'
          : reason === 'copd' || reason === 'copdExacerbation'
            ? 'Hyperinflated lungs, flat diaphragms. No infiltrate, no mass.'
            : 'No infiltrate, no effusion. Heart of normal size.',
  },
  mammography: {
    image: 'mammogram',
    category: radiology,
    study: { modality: 'MG', series: [{ name: 'Left', pictures: 2 }, { name: 'Right', pictures: 2 }] },
    conclude: () => 'Scattered fibroglandular densities. No suspicious finding. BI-RADS 1.',
  },
  obstetricUltrasound: {
    image: 'obstetricUltrasound',
    category: radiology,
    study: { modality: 'US', series: [{ name: 'Fetus', pictures: 12 }] },
    conclude: () => 'One living fetus, heart activity seen, size as expected for the date. Placenta away from the cervix.',
  },
  echocardiogram: {
    image: 'echocardiogram',
    category: cardiology,
    study: { modality: 'US', series: [{ name: 'Parasternal', pictures: 8 }, { name: 'Apical', pictures: 10 }] },
    conclude: (_, ejection) => `Left ventricular ejection fraction ${ejection} %. ${ejection < 50 ? 'Reduced' : 'Normal'} systolic function. No severe valve disease.`,
  },
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

/** A DICOM UID from a path: the root 2.25 takes a UUID as a number (PS3.5 §B.2). */
const uid = (path: string) => `2.25.${BigInt(`0x${opaqueId(path).replaceAll('-', '')}`)}`

function studyOf(scribe: Scribe, visit: Visit, key: ProcedureKey, { image }: Report, { modality, series }: Study, encounters: EncounterIds): ImagingStudy & { id: string } {
  const { person, newId, subject, meta } = scribe
  const id = newId('ImagingStudy')
  const path = `${person.seed}/patient/${person.index}/study/${visit.day}/${key}`
  const coded = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: modality }
  return {
    resourceType: 'ImagingStudy',
    id,
    ...meta(),
    identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${uid(path)}` }],
    status: 'available',
    modality: [coded],
    subject,
    ...during(encounters, visit.day),
    started: instantOf(visit.day, visit.minute + 15),
    numberOfSeries: series.length,
    numberOfInstances: series.reduce((sum, { pictures }) => sum + pictures, 0),
    description: imaging[image].text,
    procedureCode: [loinc(imaging[image])],
    series: series.map(({ name, pictures }, place) => ({ uid: uid(`${path}/${place}`), number: place + 1, modality: coded, description: name, numberOfInstances: pictures })),
  }
}

/** What was ordered at a visit and read: the order, the study where there are pictures, and the report that names both. */
export function* imagingResources(scribe: Scribe, visit: Visit, ejection: number, encounters: EncounterIds): Generator<Resource> {
  const { newId, subject, meta } = scribe
  const shared = { subject, ...during(encounters, visit.day) }
  for (const key of visit.procedures) {
    const report = reports[key]
    if (report === undefined) continue
    const order: ServiceRequest & { id: string } = {
      resourceType: 'ServiceRequest',
      id: newId('ServiceRequest'),
      ...meta('us-core-servicerequest'),
      status: 'completed',
      intent: 'order',
      category: [snomed(findings.imaging)],
      priority: visit.type === 'emergency' || visit.type === 'inpatient' ? 'urgent' : 'routine',
      code: loinc(imaging[report.image]),
      ...shared,
      authoredOn: dateOf(visit.day),
      requester: practitioner(visit.clinician),
      ...(visit.reason !== undefined && { reasonCode: [snomed(problems[visit.reason])] }),
    }
    yield order
    const study = report.study && studyOf(scribe, visit, key, report, report.study, encounters)
    if (study !== undefined) yield study
    const read: DiagnosticReport = {
      resourceType: 'DiagnosticReport',
      id: newId('DiagnosticReport'),
      ...meta('us-core-diagnosticreport-note'),
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      status: 'final',
      category: [{ coding: [{ system: systems.loinc, code: report.category.code, display: report.category.display }], text: report.category.display }],
      code: loinc(imaging[report.image]),
      ...shared,
      effectiveDateTime: instantOf(visit.day, visit.minute + 20),
      issued: instantOf(visit.day, visit.minute + 80),
      performer: [practitioner(visit.clinician)],
      ...(study !== undefined && { imagingStudy: [{ reference: `ImagingStudy/${study.id}` }] }),
      conclusion: report.conclude(visit, ejection),
    }
    yield read
  }
}
