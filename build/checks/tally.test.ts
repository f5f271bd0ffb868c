import { describe, expect, it } from 'vitest'
import { closingLine, gateTally, playwrightTally, settle, sumOf, vitestTally } from './tally.ts'

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((each) => ({ status: each })) })

describe('The tally of a test run', () => {
  it('counts the type checker as one test', () => {
    expect(gateTally(0)).toEqual({ passed: 1, failed: 0, skipped: 0 })
    expect(gateTally(2)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('counts a spec that did not load as a failure, though it has no tests', () => {
    const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [file('passed', 'passed'), file('failed')] }
    expect(vitestTally(report)).toEqual({ passed: 3, failed: 1, skipped: 0 })
  })

  it('does not count a spec twice whose tests failed', () => {
    const report = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [file('failed', 'passed', 'failed')] }
    expect(vitestTally(report)).toEqual({ passed: 1, failed: 1, skipped: 3 })
  })

  it('takes a flaky end-to-end test for a failed one, and an error outside of the tests too', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{ message: 'no tests found' }] }
    expect(playwrightTally(report)).toEqual({ passed: 4, failed: 3, skipped: 0 })
  })

  it('refuses a report of another shape rather than counting it as nothing', () => {
    expect(() => vitestTally({ passed: 9 })).toThrow()
    expect(() => playwrightTally([])).toThrow()
  })

  it('fails a part that crashed before it reported', () => {
    expect(settle(undefined, 0).failed).toBe(1)
  })

  it('fails a part that ran no test at all, even if its runner is content', () => {
    expect(settle({ passed: 0, failed: 0, skipped: 5 }, 0).failed).toBe(1)
  })

  it('fails a part whose runner ended badly with no failure to show', () => {
    expect(settle({ passed: 7, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 7, failed: 1, skipped: 0 })
  })

  it('leaves the count of an honest part as it is', () => {
    expect(settle({ passed: 7, failed: 0, skipped: 0 }, 0)).toEqual({ passed: 7, failed: 0, skipped: 0 })
    expect(settle({ passed: 7, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 7, failed: 2, skipped: 0 })
  })

  it('closes with one line that sums every part', () => {
    expect(closingLine(sumOf([gateTally(0), gateTally(1), { passed: 40, failed: 0, skipped: 1 }]))).toBe('41 passed, 1 failed')
  })
})
