import type { Clock } from '../../../shared/clock.ts'
import type { AccessToken } from '../protocol.ts'

/** The access token, as `main` gives it out. It is held here in memory until it expires or is refused. */
export interface TokenSource {
  current(): Promise<string>
  /** The EHR refused this one: asks `main` for another, once for all who hold the same. */
  replace(refused: string): Promise<string>
}

/** A token that ends within this time, in ms, is not used: it would expire on the way. */
const margin = 10_000

/** `ask` puts the question to `main`; it rejects with the failure that `main` names. */
export function createTokenSource(ask: (refused: boolean) => Promise<AccessToken>, clock: Clock): TokenSource {
  let held: AccessToken | undefined
  let asking: Promise<AccessToken> | undefined

  async function fresh(refused: boolean): Promise<string> {
    asking ??= ask(refused).finally(() => {
      asking = undefined
    })
    held = await asking
    return held.value
  }

  return {
    async current() {
      return held !== undefined && held.expiresAt - margin > clock.now() ? held.value : fresh(false)
    },
    async replace(refused) {
      // Someone else has replaced it while this answer was on its way.
      if (held !== undefined && held.value !== refused) return held.value
      held = undefined
      return fresh(true)
    },
  }
}
