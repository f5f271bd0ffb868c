import { kindOf } from '../../shared/errors.ts'
import type { OwnEvent } from '../audit/own-events.ts'

/** Refresh tokens that nobody is left to use: the EHR is told so once (RFC 7009), as far as it can be reached. What made them so has been done, and waits for none of this. */
export interface Farewells {
  /** Of somebody who was wiped. */
  take(userKey: string, refreshToken: string): void
  /** From now on the EHR is told at once; `revoke` says whether it took it. What came before is told now. */
  begin(revoke: (refreshToken: string) => Promise<boolean>): void
}

export function createFarewells(tell: (own: OwnEvent) => void): Farewells {
  const held: { readonly userKey: string; readonly refreshToken: string }[] = []
  let revoke: ((refreshToken: string) => Promise<boolean>) | undefined

  async function say(to: NonNullable<typeof revoke>): Promise<void> {
    for (let each = held.shift(); each; each = held.shift()) {
      const entry = { event: 'token.revoke', cause: 'refresh', about: { user: each.userKey, patient: undefined } } as const
      try {
        tell({ ...entry, outcome: (await to(each.refreshToken)) ? 'success' : 'failed' })
      } catch (error) {
        tell({ ...entry, outcome: 'failed', failure: kindOf(error) })
      }
    }
  }

  return {
    take(userKey, refreshToken) {
      held.push({ userKey, refreshToken })
      if (revoke !== undefined) void say(revoke)
    },
    begin(to) {
      revoke = to
      void say(to)
    },
  }
}
