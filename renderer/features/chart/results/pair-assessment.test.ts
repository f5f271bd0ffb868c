import { describe, expect, it } from 'vitest'
import type { Assessment, Flag } from '../../../../shared/clinical/index.ts'
import { pairAssessment } from './pair-assessment.ts'

const half = (flag: Flag): Assessment => ({ flag, why: flag === 'not-assessed' ? 'no-range' : undefined, disagreement: undefined })

describe('what is said of a blood pressure', () => {
  it.each([
    ['normal', 'normal', 'normal'],
    ['high', 'normal', 'high'],
    ['normal', 'critical-low', 'critical-low'],
    ['high', 'critical-high', 'critical-high'],
    ['not-assessed', 'high', 'high'],
  ] as const)('of a systolic that is %s and a diastolic that is %s: %s', (systolic, diastolic, said) => {
    expect(pairAssessment(half(systolic), half(diastolic)).flag).toBe(said)
  })

  it('is never normal by one half alone', () => {
    expect(pairAssessment(half('normal'), half('not-assessed')).flag).toBe('not-assessed')
    expect(pairAssessment(half('normal'), undefined).flag).toBe('not-assessed')
  })
})
