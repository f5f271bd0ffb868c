import { z } from 'zod'

/** What a part of the test run came to. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const none: Tally = { passed: 0, failed: 0, skipped: 0 }

export const sumOf = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (sum, each) => ({ passed: sum.passed + each.passed, failed: sum.failed + each.failed, skipped: sum.skipped + each.skipped }),
    none,
  )

/** A tool that says yes or no, such as the type checker, counts as one test. */
export const gateTally = (code: number): Tally => (code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 })

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int().default(0),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

/** Counts Vitest's JSON report. A file that did not load is one failure: it has no tests to count. */
export function vitestTally(report: unknown): Tally {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = VitestReport.parse(report)
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests }
}

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
  errors: z.array(z.unknown()),
})

/** Counts Playwright's JSON report. A flaky test failed; an error outside of a test (a set-up, a file that did not load) is a failure. */
export function playwrightTally(report: unknown): Tally {
  const { stats, errors } = PlaywrightReport.parse(report)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped }
}

/**
 * The last word on a part: one that ended badly without a failure to show, or that ran no test at all, failed.
 *
 * @param code the exit code of its runner
 */
export function settle(counted: Tally | undefined, code: number): Tally {
  if (counted === undefined) return { ...none, failed: 1 }
  const ranNothing = counted.passed + counted.failed === 0
  return counted.failed === 0 && (code !== 0 || ranNothing) ? { ...counted, failed: 1 } : counted
}

/** The line that closes a test run. */
export const closingLine = (tally: Tally): string => `${tally.passed} passed, ${tally.failed} failed`
