import { z } from 'zod'
import { parsedJson } from '../../shared/parsed-json.ts'
import { ceilings } from '../../shared/policy.ts'

/** Challenges that are shown, and answers that are taken, before the desk can do no more and only a full sign-in helps: the code of an answer has 44 bits. */
export const mostChallenges = 10
export const mostAnswers = 5

/** How a PIN was tried since it was last right. */
export interface Count {
  readonly used: number
  /** Tries that the desk has granted beyond the five: once, until the PIN was right again. */
  readonly granted: number
  readonly challenges: number
  /** Wrong answers to them. */
  readonly answers: number
}

export const untried: Count = { used: 0, granted: 0, challenges: 0, answers: 0 }

const Kept = z.strictObject({
  used: z.int().min(0).max(ceilings.pinTries + ceilings.supportTries),
  granted: z.int().min(0).max(ceilings.supportTries),
  challenges: z.int().min(0).max(mostChallenges),
  answers: z.int().min(0).max(mostAnswers),
})

/** How it stands where nothing brings tries back but a full sign-in: as earlier versions wrote that all were used, whyever. */
export const voidCount = String(ceilings.pinTries)

/** What was kept; `void`: no tries, and none to be granted. What is no count is no licence to try. */
export function readCount(stored: string | undefined): Count | 'void' {
  if (stored === undefined) return untried
  if (/^[0-9]$/.test(stored)) return Number(stored) < ceilings.pinTries ? { ...untried, used: Number(stored) } : 'void'
  const parsed = Kept.safeParse(parsedJson(stored))
  return parsed.success ? parsed.data : 'void'
}

/** A plain digit where that says it all. */
export function writtenCount(count: Count): string {
  return count.used < ceilings.pinTries && count.granted + count.challenges + count.answers === 0 ? String(count.used) : JSON.stringify(count)
}

export const triesLeft = (count: Count | 'void'): number => (count === 'void' ? 0 : Math.max(0, ceilings.pinTries + count.granted - count.used))

/** Whether the desk may still grant tries: none are left, and it has granted none yet. */
export const mayBeHelped = (count: Count | 'void'): count is Count => count !== 'void' && triesLeft(count) === 0 && count.granted === 0 && count.answers < mostAnswers
