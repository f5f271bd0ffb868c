import { createHash } from 'node:crypto'
import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom'
import { decode } from 'fast-png'
import fc from 'fast-check'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { answersFor, mostOf } from './answers.ts'
import { type Instrument, instruments } from './codes/instruments.ts'
import { western } from './documents/pdf.ts'
import { xml } from './documents/xml.ts'
import { codeOf, of, recordOf, results } from './population.testing.ts'
import { rngOf } from './random.ts'
import { tradeNumber } from './trade-number.ts'

const record = recordOf('everyDocument')
const bytesOf = (contentType: string) => of(record, 'Binary').filter((each) => each.contentType === contentType).map(({ data }) => Buffer.from(data ?? '', 'base64'))
const parsed = (text: string) => new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml')

/** The words on the pages of a PDF with one font for each run, as it writes them: hexadecimal, in compressed streams. */
function wordsOf(pdf: Buffer): string {
  const text = pdf.toString('latin1')
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, stream = '']) => inflateSync(Buffer.from(stream, 'latin1')).toString('latin1'))
    .flatMap((page) => [...page.matchAll(/<([0-9a-f]+)>/g)].map(([, word = '']) => Buffer.from(word, 'hex').toString('latin1')))
    .join('')
}

describe('documents', () => {
  it('name bytes that are there, of the length, the digest and the type that they say', () => {
    const binaries = new Map(of(record, 'Binary').map((each) => [`Binary/${each.id}`, each]))
    const named = of(record, 'DocumentReference').flatMap(({ content }) => content?.flatMap(({ attachment }) => (attachment?.url === undefined ? [] : [attachment])) ?? [])
    expect(named.length).toBe(binaries.size)
    for (const { url, size, hash, contentType } of named) {
      const binary = binaries.get(url ?? '')
      const bytes = Buffer.from(binary?.data ?? '', 'base64')
      expect([binary?.contentType, bytes.length, createHash('sha1').update(bytes).digest('base64')]).toEqual([contentType, size, hash])
    }
  })

  it('are PDFs that say what the chart says', () => {
    const [letter = Buffer.alloc(0)] = bytesOf('application/pdf')
    expect(letter.subarray(0, 5).toString()).toBe('%PDF-')
    expect(letter.subarray(-6).toString()).toContain('%%EOF')
    const words = wordsOf(letter)
    const [patient] = of(record, 'Patient')
    expect(words).toContain(`${patient?.name?.[0]?.family?.toUpperCase()}, ${patient?.name?.[0]?.given?.join(' ')}`)
    expect(words).toContain(String(patient?.identifier?.[0]?.value))
    expect(words).toContain('No known allergies.')
    expect(words).toContain('Essential hypertension')
  })

  it('are pictures of a pulse as it was counted', () => {
    const strips = bytesOf('image/png')
    expect(strips.length).toBeGreaterThan(0)
    for (const strip of strips) {
      const { width, height, data } = decode(strip)
      expect([width, height]).toEqual([1000, 160])
      // An R wave is taller than anything else: columns with ink in the upper third, counted once each.
      const isTall = (column: number) => Array.from({ length: 55 }, (_, row) => data[row * width + column] ?? 255).some((shade) => shade < 100)
      const beats = Array.from({ length: width }, (_, column) => isTall(column) && !isTall(column - 1)).filter(Boolean).length
      const pulses = results(record, '8867-4').map(({ valueQuantity }) => valueQuantity?.value ?? 0)
      expect(pulses.some((pulse) => Math.abs(pulse / 6 - beats) < 3.5)).toBe(true)
    }
  })

  it('are summaries of care in well-formed XML, whose problems and drugs are those of the chart', () => {
    const [summary = Buffer.alloc(0)] = bytesOf('text/xml')
    const document = parsed(summary.toString('utf8'))
    const codes = (element: string) => [...document.getElementsByTagName(element)].map((each) => each.getAttribute('code')).filter(Boolean)
    const problems = new Set(of(record, 'Condition').map(({ code }) => codeOf(code)))
    const charted = codes('value').filter((code) => code !== '716186003' && code !== '419199007')
    expect(charted.length).toBeGreaterThan(2)
    expect(charted.filter((code) => !problems.has(code ?? undefined))).toEqual([])
    expect(codes('value')).toContain('716186003')
    expect(document.getElementsByTagName('family')[0]?.textContent).toBe(of(record, 'Patient')[0]?.name?.[0]?.family)
  })

  it('stay well-formed whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // A lone half of a surrogate pair is no character of any document.
        const whole = text.toWellFormed()
        expect(() => parsed(xml`<name title="${whole}">${whole}</name>`.text)).not.toThrow()
      }),
    )
  })

  it('give letters that the fonts have, and a question mark for others', () => {
    expect(western('Škvorecký-Łuczak “Zoë” – Nguyễn')).toBe('Škvorecký-?uczak “Zoë” – Nguyen')
    expect(western('ليلى')).toBe('????')
  })
})

describe('questionnaires', () => {
  it('have answers that add up to their score, whatever it is, and deny what every note says was denied', () => {
    for (const instrument of Object.values<Instrument>(instruments)) {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 30 }), fc.string(), (total, path) => {
          const answers = answersFor(instrument, total, rngOf(path))
          expect(answers.reduce((sum, each) => sum + each, 0)).toBe(Math.min(total, mostOf(instrument)))
          expect(answers.every((each) => each >= 0 && each <= 3)).toBe(true)
          const denied = instrument.items.findIndex(({ code }) => code === '44260-8')
          expect(answers[denied] ?? 0).toBe(0)
        }),
      )
    }
  })

  it('have the same score in the response, in the answers and in the result that is derived from it', () => {
    const score = new Map(['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9'].map((code, value) => [code, value]))
    const people = recordOf('genderOther')
    const scored = of(people, 'Observation').filter(({ derivedFrom }) => derivedFrom !== undefined)
    expect(scored.length).toBeGreaterThan(3)
    for (const { derivedFrom, valueQuantity } of scored) {
      const response = of(people, 'QuestionnaireResponse').find(({ id }) => derivedFrom?.[0]?.reference === `QuestionnaireResponse/${id}`)
      const answers = (response?.item ?? []).map(({ answer }) => answer?.[0])
      expect(answers.reduce((sum, answer) => sum + (score.get(answer?.valueCoding?.code ?? '') ?? 0), 0)).toBe(valueQuantity?.value)
      expect(answers.at(-1)?.valueDecimal).toBe(valueQuantity?.value)
    }
  })
})

describe('imaging', () => {
  it('is an order, a study of as many pictures as its series have, and a report with words that names both', () => {
    const orders = new Set(of(record, 'ServiceRequest').map(({ id }) => `ServiceRequest/${id}`))
    const studies = new Map(of(record, 'ImagingStudy').map((study) => [`ImagingStudy/${study.id}`, study]))
    const reports = of(record, 'DiagnosticReport').filter(({ imagingStudy }) => imagingStudy !== undefined)
    expect(new Set(reports.map(({ imagingStudy }) => imagingStudy?.[0]?.reference))).toEqual(new Set(studies.keys()))
    expect(reports.length).toBe(studies.size)
    expect(studies.size).toBeGreaterThan(0)
    for (const { imagingStudy, basedOn, conclusion, code, subject, effectiveDateTime } of reports) {
      const study = studies.get(imagingStudy?.[0]?.reference ?? '')
      expect(orders.has(basedOn?.[0]?.reference ?? '')).toBe(true)
      expect(conclusion).toMatch(/\w+ .*\.$/)
      expect([study?.subject, study?.procedureCode?.[0]]).toEqual([subject, code])
      expect(String(study?.started) < String(effectiveDateTime)).toBe(true)
      expect(study?.series?.reduce((sum, { numberOfInstances }) => sum + (numberOfInstances ?? 0), 0)).toBe(study?.numberOfInstances)
    }
  })
})

describe('implants', () => {
  it('have a trade number that passes its check and that GS1 gives to nobody', () => {
    for (const product of [0, 101, 99_999]) {
      const number = tradeNumber(product)
      expect(number).toMatch(/^0952\d{10}$/)
      const sum = [...number].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 3 : 1), 0)
      expect(sum % 10).toBe(0)
    }
    for (const { udiCarrier } of of(record, 'Device')) expect(udiCarrier?.[0]?.carrierHRF).toContain(`(01)${udiCarrier?.[0]?.deviceIdentifier}`)
  })
})
