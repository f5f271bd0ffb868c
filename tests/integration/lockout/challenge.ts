import { createHash, randomInt } from 'node:crypto'
import { codeBase, codeLength, codeOf, grouped, secretDigit } from '../../../shared/unlock-codes.ts'

/** What the lock screen of a workstation with this secret would show: another each time. */
export function challengeOf(secret = ''): string {
  const digit = secretDigit(createHash('sha256').update(Buffer.from(secret, 'base64url')).digest())
  return grouped(codeOf([digit, ...Array.from({ length: codeLength - 1 }, () => randomInt(codeBase))]))
}
