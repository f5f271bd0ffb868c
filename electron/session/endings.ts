import { kindOf } from '../../shared/errors.ts'
import type { AuditChain } from '../audit/chain.ts'
import type { Log } from '../diagnostics/log.ts'
import type { AuthPort, VaultPort } from './ports.ts'

export interface EndingsParts {
  readonly audit: Pick<AuditChain, 'announce' | 'tell' | 'outcome'>
  readonly vault: Pick<VaultPort, 'voidPin'>
  readonly auth: Pick<AuthPort, 'signOut'>
  readonly log: Log
  /** Destroys what is kept of this user; what it cannot, the next start does. */
  wipe(userKey: string): Promise<void>
  /** Durable when it resolves: it stands until a full sign-in lifts it. */
  requireSignIn(userKey: string): Promise<void>
  newCorrelation(): string
}

/** What makes an end of what is kept of a person, with its record. */
export function createEndings({ audit, vault, auth, log, wipe, requireSignIn, newCorrelation }: EndingsParts) {
  return {
    /** Recorded before anything is destroyed; but a chain that takes no entry does not save what has to go. Never rejects. */
    async wipe(userKey: string): Promise<void> {
      const entry = { event: 'vault.wipe', correlation: newCorrelation() } as const
      await audit.announce({ ...entry, outcome: 'intent' }).catch((error: unknown) => log.event('vault.failed', { failure: kindOf(error) }))
      try {
        await wipe(userKey)
        log.event('vault.wiped', { complete: true })
        audit.tell({ ...entry, outcome: 'success' })
      } catch (error) {
        log.event('vault.wiped', { complete: false })
        audit.tell({ ...entry, outcome: 'failed', failure: kindOf(error) })
      }
      await auth.signOut(userKey).catch(() => undefined)
    },
    /** Where the keychain does not take it, it holds for as long as this process runs. Never rejects. */
    requireSignIn: (userKey: string): Promise<void> => requireSignIn(userKey).catch((error: unknown) => log.event('keychain.failed', { operation: 'set', failure: kindOf(error) })),
    /** Its owner has forgotten it, and has just proved who they are in full. Never rejects. */
    async voidPin(userKey: string): Promise<void> {
      audit.outcome({ event: 'vault.pin-forgotten', action: 'U', outcome: 'success', cause: 'look', correlation: newCorrelation() })
      // Should the keychain not take it, the PIN that is chosen next takes its place all the same.
      await vault.voidPin(userKey).catch((error: unknown) => log.event('vault.failed', { failure: kindOf(error) }))
    },
  }
}
