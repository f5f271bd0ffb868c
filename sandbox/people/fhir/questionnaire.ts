import type { Observation, Questionnaire, QuestionnaireResponse } from '@medplum/fhirtypes'
import { answersFor } from '../answers.ts'
import { instantOf } from '../calendar.ts'
import { type Concept, systems } from '../codes/concept.ts'
import { frequencies, type Instrument, instrumentNotice, type InstrumentKey, instruments } from '../codes/instruments.ts'
import { opaqueId } from '../random.ts'
import type { Scores } from '../history.ts'
import { type Moment, scoreObservation } from './observation.ts'
import { during, practitioner, type Scribe } from './scribe.ts'

const coding = ({ code, display }: Concept) => ({ system: systems.loinc, code, display })

/** The instruments as forms, the same for every seed. */
export function* questionnaires(): Generator<Questionnaire> {
  for (const [key, instrument] of Object.entries<Instrument>(instruments)) {
    yield {
      resourceType: 'Questionnaire',
      id: opaqueId(`questionnaire/${key}`),
      url: instrument.url,
      title: instrument.title,
      status: 'active',
      subjectType: ['Patient'],
      code: [coding(instrument.code)],
      copyright: instrumentNotice,
      item: [
        { linkId: 'question', type: 'display', text: instrument.question },
        ...instrument.items.map((item) => ({
          linkId: item.code,
          type: 'choice' as const,
          code: [coding(item)],
          text: item.display,
          required: true,
          answerOption: frequencies.map((each, score) => ({
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: score }],
            valueCoding: coding(each),
          })),
        })),
        { linkId: instrument.total.code, type: 'decimal', code: [coding(instrument.total)], text: instrument.total.text ?? instrument.total.display, readOnly: true },
      ],
    }
  }
}

/** One instrument as it was filled in, and its score as a result: the answers add up to it. */
function answered(scribe: Scribe, key: InstrumentKey, score: number, moment: Moment): [QuestionnaireResponse, Observation] {
  const { newId, subject, meta, person } = scribe
  const instrument: Instrument = instruments[key]
  const answers = answersFor(instrument, score, person.rng.fork(`answers/${key}/${moment.day}`))
  const response: QuestionnaireResponse & { id: string } = {
    resourceType: 'QuestionnaireResponse',
    id: newId('QuestionnaireResponse'),
    ...meta('us-core-questionnaireresponse'),
    questionnaire: instrument.url,
    status: 'completed',
    subject,
    ...during(moment.encounters, moment.day),
    authored: instantOf(moment.day, moment.minute),
    author: practitioner(moment.performer),
    source: subject,
    item: [
      ...instrument.items.map((item, place) => ({ linkId: item.code, text: item.display, answer: [{ valueCoding: coding(frequencies[answers[place] ?? 0] ?? frequencies[0]) }] })),
      { linkId: instrument.total.code, text: instrument.total.text ?? instrument.total.display, answer: [{ valueDecimal: score }] },
    ],
  }
  return [response, { ...scoreObservation(scribe, instrument.total, score, moment), derivedFrom: [{ reference: `QuestionnaireResponse/${response.id}` }] }]
}

export function* answeredInstruments(scribe: Scribe, { depression, anxiety }: Scores, moment: Moment): Generator<QuestionnaireResponse | Observation> {
  if (depression !== undefined) yield* answered(scribe, 'depression', depression, moment)
  if (anxiety !== undefined) yield* answered(scribe, 'anxiety', anxiety, moment)
}
