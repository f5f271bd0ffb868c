import type { Challenge } from '../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import type { VaultPort } from './ports.ts'
import type { Session, SessionEvent } from './states.ts'

export interface UnlockHelpParts {
  readonly vault: Pick<VaultPort, 'challenge' | 'answerChallenge'>
  session(): Session
  dispatch(event: SessionEvent): void
}

/** Help of the support desk for whoever is behind the lock, out of tries, where a PIN alone would open it (docs/adr/0114). */
export function unlockHelp({ vault, session, dispatch }: UnlockHelpParts) {
  async function forWhoIsLocked<T>(ask: (userKey: string) => Promise<T>, settled: (said: T) => 'set' | undefined): Promise<T> {
    const asked = session()
    if (asked.state !== 'locked' || asked.who.pin !== 'out' || asked.needsSignIn) throw new ChartkeepError('pin-void', { triesLeft: 0 })
    const tell = (pin: 'set' | 'void' | undefined) => {
      // Somebody else's lock may be on the screen by now.
      if (pin !== undefined && session().epoch === asked.epoch) dispatch({ type: 'help-settled', pin })
    }
    try {
      const said = await ask(asked.who.userKey)
      tell(settled(said))
      return said
    } catch (error) {
      if (kindOf(error) === 'pin-void') tell('void')
      throw error
    }
  }

  return {
    challenge: (): Promise<Challenge> => forWhoIsLocked((userKey) => vault.challenge(userKey), () => undefined),
    /** Gives the tries that there are now. */
    answer: async (typed: string): Promise<number> => (await forWhoIsLocked((userKey) => vault.answerChallenge(userKey, typed), () => 'set')).triesLeft,
  }
}
