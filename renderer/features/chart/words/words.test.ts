import { describe, expect, it } from 'vitest'
import { readConcept } from '../../../../shared/clinical/index.ts'
import { readWhen } from '../../../../shared/clinical/when.ts'
import { conceptWords, dateWords, recordedWords, whenWords } from './words.ts'

describe('the words for what a record does not say', () => {
  it('are words: never a blank, a dash or a question mark', () => {
    const said = [
      conceptWords(readConcept(undefined)),
      conceptWords(readConcept(7)),
      conceptWords(readConcept({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }] })),
      recordedWords({ kind: 'not-recorded' }, String),
      whenWords(readWhen({}), 'UTC'),
      whenWords(readWhen({ dateTime: 'last winter' }), 'UTC'),
      dateWords(undefined, 'UTC'),
    ]
    expect(said).toEqual(['not recorded', 'unreadable', 'not known', 'not recorded', 'not recorded', 'unreadable', 'not recorded'])
  })

  it('say that a name is missing, and show the code', () => {
    expect(conceptWords(readConcept({ coding: [{ system: 'http://snomed.info/sct', code: '44054006' }] }))).toBe('name not recorded (code 44054006)')
  })
})

describe('dates', () => {
  it('are as exact as they are known', () => {
    expect(whenWords(readWhen({ dateTime: '2019' }), 'UTC')).toBe('2019')
    expect(whenWords(readWhen({ dateTime: '2019-04' }), 'UTC')).toBe('Apr-2019')
    expect(whenWords(readWhen({ dateTime: '2019-04-02' }), 'America/New_York')).toBe('02-Apr-2019')
  })

  it('of a period that has not ended say since when', () => {
    expect(whenWords(readWhen({ period: { start: '2019-04-02' } }), 'UTC')).toBe('since 02-Apr-2019')
    expect(whenWords(readWhen({ period: { start: '2019-04-02', end: '2019-04-02' } }), 'UTC')).toBe('02-Apr-2019')
  })
})
