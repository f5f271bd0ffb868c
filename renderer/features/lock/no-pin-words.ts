import type { SessionView } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'

/** What to do at a lock that asks for no PIN; undefined where the failure that has just come says it itself. */
export function noPinWords({ pin, lock, failure }: Pick<SessionView, 'pin' | 'lock' | 'failure'>): string | undefined {
  if (failure?.kind === 'pin-void' || failure?.kind === 'pin-out') return undefined
  // Whoever waited here may have a PIN that is good again once they have signed in.
  const isVoid = pin === 'void' && lock?.reason !== 'taken'
  return t(isVoid ? 'lock.pinVoid' : 'lock.noPin')
}
