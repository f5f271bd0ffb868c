import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readName } from './name.ts'
import { editDistance, normaliseName, similarNames, soundex } from './similar-names.ts'

const at = { now: Date.UTC(2024, 5, 15, 12), zone: 'America/New_York' }
const shown = (...names: unknown[]): string => {
  const name = readName(names, at)
  return name.kind === 'recorded' ? name.display : name.kind
}

describe('the name on the banner', () => {
  it('is FAMILY, Given', () => {
    expect(shown({ family: 'Lopez', given: ['Maria', 'Elena'] })).toBe('LOPEZ, Maria Elena')
    expect(shown({ family: "O'Brien-Núñez", given: ['Siân'] })).toBe("O'BRIEN-NÚÑEZ, Siân")
    expect(shown({ family: 'Groß', given: ['Eva'] })).toBe('GROSS, Eva')
  })

  it('is the official one before the usual, and either before the old', () => {
    const names = [
      { use: 'old', family: 'Smith', given: ['Ann'] },
      { use: 'usual', family: 'Jones', given: ['Annie'] },
      { use: 'official', family: 'Jones', given: ['Ann'] },
    ]
    expect(readName(names, at)).toMatchObject({ display: 'JONES, Ann', calledBy: 'Annie', outdated: false })
  })

  it('is not one whose period is over, while another is in use', () => {
    expect(shown({ use: 'official', family: 'Smith', period: { end: '2020-01-01' } }, { family: 'Jones' })).toBe('JONES')
    expect(readName([{ use: 'maiden', family: 'Smith' }], at)).toMatchObject({ display: 'SMITH', outdated: true })
    expect(readName([{ family: 'Smith', period: { end: '2020' } }], at)).toMatchObject({ display: 'SMITH', outdated: true })
  })

  it('is not recorded when there is none, however that is written', () => {
    for (const names of [undefined, null, [], [{}], [{ family: ' ' }], 'Smith', [{ given: 'Ann' }], [null]]) {
      expect(readName(names, at)).toEqual({ kind: 'not-recorded' })
    }
  })

  it('keeps what there is of a name of one part', () => {
    expect(shown({ given: ['Madonna'] })).toBe('Madonna')
    expect(shown({ text: 'Baby boy of Ruth' })).toBe('Baby boy of Ruth')
  })

  it('tells the direction of a right-to-left name, and lets no mark turn a name around', () => {
    expect(readName([{ family: 'כהן', given: ['דוד'] }], at)).toMatchObject({ direction: 'rtl' })
    expect(shown({ family: 'Smith\u202e', given: ['A\u200bnn\u0000'] })).toBe('SMITH, A nn')
  })

  it('reads anything without throwing', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (a, b) => void readName([a, { family: b, given: [a], period: b, use: a }], at)))
  })
})

describe('names that could be taken for each other', () => {
  const alike = (a: [string, string], b: [string, string]): string => {
    const found = similarNames([
      { id: '1', family: a[0], given: [a[1]] },
      { id: '2', family: b[0], given: [b[1]] },
    ])
    // Said on both, or on neither.
    expect(found.get('1')?.[0]?.how).toBe(found.get('2')?.[0]?.how)
    return found.get('1')?.[0]?.how ?? 'different'
  }

  it.each([
    [['Lopez', 'Maria'], ['Lopez', 'Maria'], 'same'],
    [['López', 'María'], ['LOPEZ', 'Maria'], 'same'],
    [["O'Brien", 'Sean'], ['OBrien', 'Sean'], 'same'],
    [['Thomas', 'James'], ['James', 'Thomas'], 'same'],
    [['Lopez', 'Maria'], ['Lopes', 'Marie'], 'similar'],
    [['Smith', 'Jon'], ['Smyth', 'John'], 'similar'],
    [['Johnson', 'Robert'], ['Johnson', 'Rob'], 'similar'],
    [['Martinez', 'Ana'], ['Matrinez', 'Ana'], 'similar'],
    [['Lee', 'Ann'], ['Lea', 'Anne'], 'similar'],
    [['Kim', 'Ann'], ['Tim', 'Ann'], 'different'],
    [['Lopez', 'Maria'], ['Lopez', 'Robert'], 'different'],
    [['Smith', 'Ann'], ['Jones', 'Ann'], 'different'],
    [['כהן', 'דוד'], ['כהן', 'דוד'], 'same'],
  ] as const)('%j and %j are %s', (a, b, how) => {
    expect(alike([...a], [...b])).toBe(how)
  })

  it('are not looked for among the nameless', () => {
    expect(similarNames([{ id: '1', family: undefined, given: [] }, { id: '2', family: undefined, given: [] }]).size).toBe(0)
  })

  it('measures edits as one would count them', () => {
    expect([editDistance('', 'abc'), editDistance('lopez', 'lopes'), editDistance('ab', 'ba'), editDistance('kitten', 'sitting')]).toEqual([3, 1, 1, 3])
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })

  it('has the Soundex of the National Archives', () => {
    expect(['robert', 'rupert', 'ashcraft', 'tymczak', 'pfister', 'lee'].map(soundex)).toEqual(['r163', 'r163', 'a261', 't522', 'p236', 'l000'])
    expect(soundex(normaliseName('כהן'))).toBeUndefined()
  })
})
