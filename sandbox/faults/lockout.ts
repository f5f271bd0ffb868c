import { z } from 'zod'

/** What is wrong with the orders to workstations, or with the way they travel. */
export const LockoutFaults = z.strictObject({
  /**
   * The tokens that carry orders. `unknown-key`: signed by one that is not published. `wrong-audience`: meant for another workstation.
   * `wrong-subject`: for this one, about another. `future`, `stale`: an hour off. `twice`: sent again after it was acknowledged.
   */
  orderToken: z.enum(['ok', 'bad-signature', 'alg-none', 'unknown-key', 'wrong-issuer', 'wrong-audience', 'wrong-subject', 'future', 'stale', 'twice', 'not-a-token']),
  /** `hangs`: takes the question and never answers. `flood`: ten thousand orders to lock, whatever number was asked for. */
  orderPoll: z.enum(['ok', 'hangs', 'flood', 'not-json', 'server-error']),
  /** `absent`: an EHR that has no such stream, nor a desk: nothing is under `/lockout`, and nothing says so. */
  orderStream: z.enum(['ok', 'absent']),
})

export const soundLockout = { orderToken: 'ok', orderPoll: 'ok', orderStream: 'ok' } as const satisfies z.infer<typeof LockoutFaults>
