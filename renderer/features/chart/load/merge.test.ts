import { describe, expect, it } from 'vitest'
import type { Section } from '../../../../shared/contract/index.ts'
import { fitsInPlace, withFirstPage } from './merge.ts'

const section = (ids: readonly string[], next?: string): Section => ({
  resources: ids.map((id) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/p' } })),
  freshness: { source: 'cache', asOf: 1 },
  refused: { wrongPatient: 0, malformed: 0 },
  ...(next === undefined ? {} : { next }),
})

describe('late data', () => {
  it('takes its place at once where the same records come in the same order', () => {
    expect(fitsInPlace(section(['a', 'b']), section(['a', 'b']))).toBe(true)
  })

  it.each([
    [['a'], ['a', 'b']],
    [['a', 'b'], ['b', 'a']],
    [['a', 'b'], ['a']],
    [['a'], ['z']],
  ])('waits where %j would become %j under the pointer', (before, after) => {
    expect(fitsInPlace(section(before), section(after))).toBe(false)
  })

  it('keeps the later pages while they follow on from the first, and reads them anew otherwise', () => {
    expect(withFirstPage([section(['a'], 'x'), section(['b'])], section(['a'], 'x'))).toHaveLength(2)
    expect(withFirstPage([section(['a'], 'x'), section(['b'])], section(['n', 'a'], 'y'))).toHaveLength(1)
  })
})
