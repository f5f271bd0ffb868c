import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { folded, rankPatients } from './patient-rank.ts'
import { birthDate, readSearch, searchParameters } from './patient-search.ts'

const meaning = (text: string) => readSearch(text).map((reading) => (reading.kind === 'identifier' ? `#${reading.value}` : reading.kind === 'birth-date' ? reading.date : reading))

describe('what a clinician types into the search box', () => {
  it.each([
    ['12-Mar-1961', '1961-03-12'],
    ['2 March 1961', '1961-03-02'],
    ['Mar-1961', '1961-03'],
    ['1961-03-12', '1961-03-12'],
    ['1961-03', '1961-03'],
    ['31.12.1961', '1961-12-31'],
    ['29-Feb-2024', '2024-02-29'],
  ])('%s is a birth date', (text, date) => {
    expect(readSearch(text)).toEqual([{ kind: 'birth-date', date }])
  })

  it.each(['03/04/1961', '30-Feb-1961', '29-Feb-2023', '1961-13', '12-Mxr-1961', '12-Mar-61', '1779'])('%s is none, for it is ambiguous or no day', (text) => {
    expect(birthDate(text)).toBeUndefined()
  })

  it.each(['44710', 'MRN-44710', '#44710', 'H123456', '123-45-678'])('%s is a record number', (text) => {
    expect(meaning(text)).toEqual([`#${text.replace('#', '')}`])
  })

  it('digits that are both are searched for as both', () => {
    expect(meaning('1961')).toEqual(['#1961', '1961'])
    expect(meaning('19610312')).toEqual(['#19610312', '1961-03-12'])
  })

  it('everything else is a name, with a date behind it or a comma in it', () => {
    expect(meaning("O'Quill")).toEqual([{ kind: 'name', words: ["O'Quill"] }])
    expect(meaning('Quill, Ann')).toEqual([{ kind: 'name', words: [], family: 'Quill', given: 'Ann' }])
    expect(meaning('Quill,')).toEqual([{ kind: 'name', words: [], family: 'Quill' }])
    expect(meaning('quill 12-Mar-1961')).toEqual([{ kind: 'name', words: ['quill'], birthDate: '1961-03-12' }])
    expect(meaning('Ødegård')).toEqual([{ kind: 'name', words: ['Ødegård'] }])
  })

  it('several words are searched for as one part of a name, and each by itself', () => {
    expect(meaning('  van   der berg ')).toEqual([{ kind: 'name', words: ['van der berg'] }, { kind: 'name', words: ['van', 'der', 'berg'] }])
    expect(meaning('ann quill 12-Mar-1961')).toEqual(['ann quill', 'ann,quill'].map((words) => ({ kind: 'name', words: words.split(','), birthDate: '1961-03-12' })))
    // Of more words than are asked for one by one, none is lost.
    expect(meaning('a b c d e f g h')).toEqual([{ kind: 'name', words: ['a b c d e f g h'] }, { kind: 'name', words: ['a', 'b', 'c', 'd', 'e', 'f'] }])
  })

  it('cannot add a parameter or an alternative to the search', () => {
    const [reading] = readSearch('quill,ann|x$y&_count=9999, z')
    expect(reading && searchParameters(reading, 50).toString()).not.toContain('_count=9999')
    expect(searchParameters({ kind: 'name', words: ['a,b|c$d\\e'] }, 50).get('name')).toBe('a\\,b\\|c\\$d\\\\e')
  })

  it('never fails, and always asks for something', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2, maxLength: 100, unit: 'grapheme' }).filter((text) => /[\p{L}\p{N}]/u.test(text)), (text) => {
        for (const reading of readSearch(text)) expect([...searchParameters(reading, 50).keys()].length).toBeGreaterThan(1)
      }),
    )
  })
})

describe('the order of the patients found', () => {
  const patient = (id: string, family: string, given: string, mrn = id) => ({ resourceType: 'Patient' as const, id, name: [{ family, given: [given] }], identifier: [{ value: mrn }] })

  it('is whole family names, then beginnings, then given names, then by name', () => {
    const found = [patient('4', 'Smith', 'Jon'), patient('3', 'Jonson', 'Ann'), patient('2', 'Jon', 'Zoe'), patient('1', 'Jon', 'Ann')]
    expect(rankPatients({ kind: 'name', words: ['jón'] }, found).map(({ id }) => id)).toEqual(['1', '2', '4', '3'])
  })

  it('holds nobody whose record number merely begins or ends the same', () => {
    const found = [patient('1', 'A', 'A', '44710'), patient('2', 'B', 'B', '4471'), patient('3', 'C', 'C', '04471'), { resourceType: 'Patient' as const, id: '4' }]
    expect(rankPatients({ kind: 'identifier', value: '4471' }, found).map(({ id }) => id)).toEqual(['2'])
  })

  it('names nobody twice, and survives what is no name', () => {
    const odd: unknown = { resourceType: 'Patient', id: '9', name: 'Quill', identifier: 7 }
    const found = [patient('1', 'A', 'A'), patient('1', 'A', 'A')]
    expect(rankPatients({ kind: 'name', words: ['a'] }, found)).toHaveLength(1)
    // What a hostile server may send in a patient's place is not of the type that says otherwise.
    expect(rankPatients({ kind: 'name', words: ['quill'] }, JSON.parse(JSON.stringify([odd])))).toHaveLength(1)
  })

  it('compares names without case and diacritics', () => {
    expect(folded('ÉLISE')).toBe('elise')
  })
})
