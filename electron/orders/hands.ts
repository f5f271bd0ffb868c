import { kindOf } from '../../shared/errors.ts'
import type { OwnAudit } from '../audit/own-events.ts'
import { type Session, type SessionEvent, whoIsAt } from '../session/machine.ts'
import type { Hands } from './carry-out.ts'
import { keptIn } from './kept.ts'

export interface LiveParts {
  session(): Session
  dispatch(event: SessionEvent): void
  /** Resolves when what the last event set going is through. */
  settled(): Promise<void>
  say(message: string): Promise<void>
  /** See notice.ts. */
  saySignedOut(): Promise<void>
  /** See vault/wipe.ts. */
  wipe(userKey: string): Promise<void>
  /** Whose sessions wait here, as the keychain has it; whoever is before the workstation too. */
  waiting(): Promise<readonly string[]>
  /** Ends the session of somebody who waits here. */
  signOutWaiting(userKey: string): Promise<void>
  /** Looks anew at who waits here; `gone` is offered to nobody from now on, whatever the keychain says. Never rejects. */
  reviewWaiting(gone?: string): Promise<void>
  voidPin(userKey: string): Promise<void>
  /** The folder of all vaults. */
  readonly vaults: string
  readonly audit: OwnAudit
  newCorrelation(): string
}

/** What orders do to a workstation that runs: they go the way of everything else that ends a session. */
export function liveHands(parts: LiveParts): Hands {
  const { dispatch, settled, vaults, audit } = parts
  const whoIsHere = () => whoIsAt(parts.session())
  const after = async (event: SessionEvent) => {
    dispatch(event)
    await settled()
  }

  return {
    whoIsHere,
    lock: () => dispatch({ type: 'lock-asked', reason: 'order' }),
    waiting: parts.waiting,
    async signOut(userKey) {
      if (whoIsHere() !== userKey) await parts.signOutWaiting(userKey)
      // Who was chosen on the screen meanwhile goes like anybody else.
      if (whoIsHere() === userKey) await after({ type: 'sign-out-asked' })
      if ((await parts.waiting()).includes(userKey)) throw new Error('a restart would find them')
    },
    async lockOut(userKey) {
      if (whoIsHere() !== userKey) await parts.reviewWaiting(userKey)
      // As above.
      if (whoIsHere() === userKey) await after({ type: 'lock-out-ordered', userKey })
    },
    liftLockOut(userKey) {
      dispatch({ type: 'lock-out-lifted', userKey })
      void parts.reviewWaiting()
    },
    requireSignIn: (userKey) => after({ type: 'sign-in-required', userKey }),
    async resetPin(userKey) {
      // Who is here goes at once, whatever the keychain makes of their PIN, and however long it takes.
      const [voided] = await Promise.allSettled([parts.voidPin(userKey), whoIsHere() === userKey ? after({ type: 'pin-reset', userKey }) : undefined])
      if (voided.status === 'rejected') throw voided.reason
    },
    async wipe(userKey) {
      // The screen goes first, and nobody unlocks it meanwhile; what is destroyed, and whether it was, is recorded once, here.
      const session = parts.session()
      const isHere = whoIsAt(session) === userKey && session.state !== 'lockedOut'
      if (isHere) return after({ type: 'wipe-ordered' }).then(() => finished(userKey))
      const entry = { event: 'vault.wipe', correlation: parts.newCorrelation() } as const
      await audit.announce({ ...entry, outcome: 'intent' }).catch(() => undefined)
      try {
        await parts.wipe(userKey)
        await parts.reviewWaiting(userKey)
        audit.tell({ ...entry, outcome: 'success' })
      } catch (error) {
        audit.tell({ ...entry, outcome: 'failed', failure: kindOf(error) })
        throw error
      }
    },
    kept: async () => {
      const who = whoIsHere()
      return [...new Set([...(await keptIn(vaults)), ...(who === undefined ? [] : [who])])]
    },
    say: parts.say,
    saySignedOut: parts.saySignedOut,
  }

  /** The session has said that it is over; whether all is gone is looked at. */
  async function finished(userKey: string): Promise<void> {
    if ((await keptIn(vaults)).includes(userKey)) throw new Error('something is left')
  }
}

export interface StartParts {
  /** Who is behind the lock, as the keychain has it. */
  readonly last: string | undefined
  /** And who waits beside them. */
  waiting(): Promise<readonly string[]>
  /** Nobody waits behind the lock any more, and their refresh token is gone. */
  leave(userKey: string): Promise<void>
  wipe(userKey: string): Promise<void>
  voidPin(userKey: string): Promise<void>
  readonly vaults: string
  say(message: string): Promise<void>
  saySignedOut(): Promise<void>
}

/** What orders do before anything is shown: the workstation is locked as it is, and what stands in the keychain decides how it wakes. */
export function handsAtStart(parts: StartParts): Hands {
  let who = parts.last
  const leave = async (userKey: string): Promise<void> => {
    if (who === userKey) who = undefined
    await parts.leave(userKey)
  }
  return {
    whoIsHere: () => who,
    waiting: parts.waiting,
    lock: () => undefined,
    signOut: leave,
    // Their standing is in the keychain by now.
    lockOut: () => Promise.resolve(),
    liftLockOut: () => undefined,
    requireSignIn: () => Promise.resolve(),
    resetPin: parts.voidPin,
    async wipe(userKey) {
      if (who === userKey) await leave(userKey)
      await parts.wipe(userKey)
    },
    kept: async () => [...new Set([...(await keptIn(parts.vaults)), ...(who === undefined ? [] : [who])])],
    say: parts.say,
    saySignedOut: parts.saySignedOut,
  }
}
