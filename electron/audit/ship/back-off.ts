/** Milliseconds: the first wait after a failure, and the longest. */
export const firstWait = 1_000
export const longestWait = 300_000

/**
 * How long to wait after so many failures in a row, the last of them counted. Between half and the whole of a span that
 * doubles: 20,000 workstations whose EHR comes back must not come back together.
 *
 * @param chance uniform in [0, 1)
 * @param asked what the place itself asked for, never less; an hour at most, so that no answer silences the audit
 */
export function waitAfter(failures: number, chance: number, asked = 0): number {
  const span = Math.min(longestWait, firstWait * 2 ** Math.min(failures - 1, 20))
  return Math.max(span / 2 + (span / 2) * chance, Math.min(asked, 3_600_000))
}
