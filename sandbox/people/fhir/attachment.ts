import { createHash } from 'node:crypto'
import type { Binary, Consent, DocumentReference } from '@medplum/fhirtypes'
import { recordNumber } from '../address.ts'
import { type Day, instantOf, spoken } from '../calendar.ts'
import { type Concept, loinc } from '../codes/concept.ts'
import { imaging, outsideDocuments } from '../codes/documents.ts'
import { continuityOfCare } from '../documents/continuity.ts'
import { electrocardiogram } from '../documents/electrocardiogram.ts'
import { pdfOf } from '../documents/pdf.ts'
import { type History, isActive, isTaken } from '../history.ts'
import { allergyLine, medicationLines, named } from '../notes/facts.ts'
import { ageOn, isWritten } from '../person.ts'
import { opaqueId } from '../random.ts'
import { type Colleague, titled } from '../staff.ts'
import { primaryPhysician } from '../timeline.ts'
import { directiveConsent } from './consent.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

interface Content {
  readonly bytes: Buffer
  readonly contentType: 'application/pdf' | 'image/png' | 'text/xml'
  readonly format?: { readonly code: string; readonly display: string }
}

/** A document and the bytes that it names: the first says what it is, the second is fetched when somebody looks. */
function filed(
  { newId, subject, meta }: Scribe,
  what: { readonly type: Concept; readonly title: string; readonly day: Day; readonly minute: number; readonly author: Colleague; readonly content: Content },
  encounters: EncounterIds,
): [DocumentReference & { id: string }, Binary] {
  const { type, title, day, minute, author, content } = what
  const [id, binary, created] = [newId('DocumentReference'), newId('Binary'), instantOf(day, minute)]
  const encounter = during(encounters, day).encounter
  const { code, display } = content.format ?? { code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient', display: 'mimeType Sufficient' }
  return [
    {
      resourceType: 'DocumentReference',
      id,
      ...meta('us-core-documentreference'),
      status: 'current',
      type: loinc(type),
      category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note', display: 'Clinical Note' }], text: 'Clinical note' }],
      subject,
      date: created,
      author: [practitioner(author)],
      description: title,
      content: [
        {
          attachment: {
            contentType: content.contentType,
            url: `Binary/${binary}`,
            size: content.bytes.length,
            hash: createHash('sha1').update(content.bytes).digest('base64'),
            title,
            creation: created,
          },
          format: { system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode', code, display },
        },
      ],
      context: { ...(encounter !== undefined && { encounter: [encounter] }), period: { start: created } },
    },
    { resourceType: 'Binary', id: binary, ...meta(), contentType: content.contentType, securityContext: { reference: `DocumentReference/${id}` }, data: content.bytes.toString('base64') },
  ]
}

/** Who the paper is about, as it stands under a title. */
function patientLines({ person }: Scribe, day: Day): string[] {
  const { family, given } = person.name.latin ?? person.name
  return [
    `Patient: ${[family.toUpperCase(), given.join(' ')].filter(Boolean).join(', ')}, born ${person.birthDate}, record number ${recordNumber(person.seed, person.index)}`,
    `Date: ${spoken(day)}`,
  ]
}

function* letter(scribe: Scribe, history: History, encounters: EncounterIds): Generator<DocumentReference | Binary> {
  const { person } = scribe
  const rng = person.rng.fork('letter')
  const consultation = history.episodes.findLast(({ visit }) => visit.type === 'consultation' || visit.type === 'followUp' || visit.type === 'checkUp' || visit.type === 'wellChild')
  if (consultation === undefined || !isWritten(person, rng, 0.25)) return
  const { day, minute } = consultation.visit
  const author = primaryPhysician(person)
  const active = history.problems.filter((problem) => isActive(problem, day) && problem.recorded <= day)
  const taken = history.prescriptions.filter((each) => isTaken(each, day))
  const page = {
    title: 'Referral letter',
    lines: [...patientLines(scribe, day), `From: ${titled(author)}, Millbrook Falls General Hospital`],
    paragraphs: [
      'Dear colleague,',
      `Thank you for seeing this ${ageOn(person, day) < 18 ? 'child' : 'patient'} for a second opinion.`,
      `Problems: ${active.length === 0 ? 'none.' : `${active.map(({ problem }) => named(problem)).join('; ')}.`}`,
      `Allergies: ${allergyLine(person)}`,
      `Medications:\n${medicationLines(taken)}`,
      `With kind regards,\n${titled(author)}`,
    ],
    day,
  }
  yield* filed(scribe, { type: outsideDocuments.referral, title: page.title, day, minute: minute + 20, author, content: { bytes: pdfOf(page), contentType: 'application/pdf' } }, encounters)
}

/** The signed form behind a code status of not for resuscitation. */
function* directive(scribe: Scribe, codeStatus: { readonly status: 'full' | 'do-not-resuscitate'; readonly day: Day } | undefined, encounters: EncounterIds): Generator<DocumentReference | Binary | Consent> {
  if (codeStatus?.status !== 'do-not-resuscitate') return
  const { person } = scribe
  const { day } = codeStatus
  const author = primaryPhysician(person)
  const page = {
    title: 'Do not resuscitate: directive',
    lines: patientLines(scribe, day),
    paragraphs: ['If my heart stops or I stop breathing, I do not want resuscitation to be attempted. All other treatment goes on as agreed.', `Discussed with and signed before ${titled(author)}.`],
    day,
  }
  const [document, bytes] = filed(scribe, { type: outsideDocuments.directive, title: page.title, day, minute: 600, author, content: { bytes: pdfOf(page), contentType: 'application/pdf' } }, encounters)
  yield document
  yield bytes
  yield directiveConsent(scribe, day, document.id)
}

/** The strip of each electrocardiogram, at the pulse that was counted. */
function* strips(scribe: Scribe, { episodes, problems }: History, encounters: EncounterIds): Generator<DocumentReference | Binary> {
  for (const { visit, vitals } of episodes) {
    const pulse = vitals[0]?.heartRate
    if (!visit.procedures.includes('electrocardiogram') || pulse === undefined) continue
    const fibrillates = problems.some((problem) => problem.problem === 'atrialFibrillation' && isActive(problem, visit.day))
    const bytes = electrocardiogram(pulse, fibrillates, scribe.person.rng.fork(`strip/${visit.day}`))
    yield* filed(scribe, { type: imaging.electrocardiogram, title: 'Electrocardiogram, rhythm strip', day: visit.day, minute: visit.minute + 12, author: visit.clinician, content: { bytes, contentType: 'image/png' } }, encounters)
  }
}

function* summary(scribe: Scribe, history: History, encounters: EncounterIds): Generator<DocumentReference | Binary> {
  const { person } = scribe
  const last = history.episodes.findLast(({ visit }) => visit.ending === undefined)
  if (last === undefined || !isWritten(person, person.rng.fork('summary'), 0.15)) return
  const { day, nights, minute, clinician } = last.visit
  const end = day + nights
  const text = continuityOfCare({
    id: opaqueId(`${person.seed}/patient/${person.index}/summary`),
    person,
    number: recordNumber(person.seed, person.index),
    day: end,
    problems: history.problems.filter((problem) => problem.list === 'problem-list-item' && isActive(problem, end) && problem.recorded <= end),
    taken: history.prescriptions.filter((each) => isTaken(each, end)),
    author: clinician,
  })
  const content: Content = { bytes: Buffer.from(text, 'utf8'), contentType: 'text/xml', format: { code: 'urn:hl7-org:sdwg:ccda-structuredBody:2.1', display: 'C-CDA R2.1 using a structured body' } }
  yield* filed(scribe, { type: outsideDocuments.summary, title: 'Continuity of care document', day: end, minute: nights > 0 ? 645 : minute + 28, author: clinician, content }, encounters)
}

/** Everything that is filed as it came: letters and forms (PDF), strips (PNG), summaries of care (C-CDA). */
export function* attachments(scribe: Scribe, history: History, codeStatus: Parameters<typeof directive>[1], encounters: EncounterIds): Generator<DocumentReference | Binary | Consent> {
  yield* letter(scribe, history, encounters)
  yield* directive(scribe, codeStatus, encounters)
  yield* strips(scribe, history, encounters)
  yield* summary(scribe, history, encounters)
}
