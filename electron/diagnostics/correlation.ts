import { randomBytes } from 'node:crypto'

/** A name for one failure or call: 8 hex digits, random, so that it says nothing of whom it was about. */
export function newCorrelation(): string {
  return randomBytes(4).toString('hex')
}
