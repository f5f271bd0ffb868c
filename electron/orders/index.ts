import type { Clock } from '../../shared/clock.ts'
import { kindOf } from '../../shared/errors.ts'
import type { OwnAudit, OwnEvent } from '../audit/own-events.ts'
import type { DeviceKey } from '../auth/device-proof.ts'
import type { Log } from '../diagnostics/log.ts'
import { type Session, type SessionEvent, whoIsAt } from '../session/machine.ts'
import type { VaultPort } from '../session/ports.ts'
import type { Keychain } from '../vault/keychain.ts'
import { vaultsIn } from '../vault/vault.ts'
import { carryOutPending } from './at-start.ts'
import { carryOut } from './carry-out.ts'
import { handsAtStart, liveHands } from './hands.ts'
import { openJournal } from './journal.ts'
import { createNotice, type Notice } from './notice.ts'
import type { Ehr, OrderService } from './service.ts'
import { createStandings, type Standings } from './standing.ts'

export interface OrdersParts {
  readonly userData: string
  readonly keychain: Keychain
  readonly log: Log
  /** Undefined where the workstation has none: then nobody can order it about. */
  readonly key: DeviceKey | undefined
  readonly clock: Clock
  monotonic(): number
  /** See vault/wipe.ts. */
  wipe(userKey: string): Promise<void>
  readonly vault: Pick<VaultPort, 'voidPin'>
  tell(own: OwnEvent): void
  ehr(): Promise<Ehr>
  last(): Promise<{ readonly userKey: string } | undefined>
  waiting(): Promise<readonly { readonly userKey: string }[]>
  leave(userKey: string): Promise<void>
  /** The EHR was asked for orders, and answered: who is locked out would have been named. */
  heard(): void
}

/** The workstation that is ordered about, once there is one. */
interface Ordered {
  readonly workstation: { session(): Session; dispatch(event: SessionEvent): void; settled(): Promise<void>; signOutWaiting(userKey: string): Promise<void>; reviewWaiting(gone?: string): Promise<void>; readonly audit: OwnAudit }
  newCorrelation(): string
  /** `since`: when the session came into its state, in epoch milliseconds. */
  status(since: number): object
}

/** Orders of the support desk on this workstation (ADR 0121). */
export interface Orders {
  readonly standings: Standings
  readonly notice: Notice
  /** The chain has what became of the orders that were carried out at the start. */
  recorded(): Promise<void>
  /** Takes orders from now on. What it needs of the network is loaded now, and not before; rejects where it cannot be, which the screen says as of orders that do not come. */
  begin(ordered: Ordered): Promise<void>
  /** The session changed. */
  changed(): void
  /** There is something else to tell of who is here, or of their work. */
  reportChanged(): void
  /** See service.ts; false as long as none are asked for. */
  hears(): boolean
  wake(): void
  reconnect(): void
  close(): Promise<void>
}

/** Opens what was kept of orders, and carries out what is left of them: before anything is shown, or opened. */
export async function openOrders(parts: OrdersParts): Promise<Orders> {
  const { userData, keychain, log, key, clock, monotonic, tell } = parts
  const [{ journal, isWhole }, last] = await Promise.all([openJournal(userData, keychain), parts.last().then((user) => user?.userKey, () => undefined)])
  if (!isWhole) tell({ event: 'order.journal-damaged', outcome: 'failed' })
  const [standings, notice, vaults] = [createStandings(keychain), createNotice(journal, clock), vaultsIn(userData)]
  const { say, saySignedOut } = notice
  const voidPin = (userKey: string) => parts.vault.voidPin(userKey)
  const waiting = async () => (await parts.waiting()).map(({ userKey }) => userKey)
  const hands = handsAtStart({ last, waiting, leave: parts.leave, wipe: parts.wipe, voidPin, vaults, say, saySignedOut })
  const { done: before, recorded } = await carryOutPending({ journal, standings, hands, log, tell })
  let service: OrderService | undefined
  let state: Session['state'] | undefined
  let who: string | undefined
  let since = clock.now()
  let current: (() => Session) | undefined

  return {
    standings,
    notice,
    recorded,
    async begin({ workstation, newCorrelation, status }) {
      if (key === undefined) return
      current = workstation.session
      const { session, dispatch, settled, signOutWaiting, reviewWaiting, audit } = workstation
      try {
        const { startOrders } = await import('./service.ts')
        const live = liveHands({ session, dispatch, settled, waiting, signOutWaiting, reviewWaiting, say, saySignedOut, wipe: parts.wipe, voidPin, vaults, audit, newCorrelation })
        service = startOrders({ ehr: parts.ehr, key, clock, monotonic, journal, audit, log, before, heard: parts.heard, unheard: notice.sayUnheard, carryOut: carryOut({ hands: live, standings, log }), status: () => status(since) })
      } catch (error) {
        // Nobody will ask as long as this process runs: no more waiting before that is said (hearing.ts).
        notice.sayUnheard(clock.now())
        audit.tell({ event: 'orders.unheard', outcome: 'failed', cause: 'refresh', failure: kindOf(error) })
        throw error
      }
    },
    changed() {
      const now = current?.()
      const isAt = now && whoIsAt(now)
      // Another one's lock is another lock.
      if (now?.state === state && isAt === who) return
      // Whoever has just signed in has made the workstation known to the EHR.
      if (state === 'signingIn') service?.wake()
      state = now?.state
      who = isAt
      since = clock.now()
      service?.changed()
    },
    reportChanged: () => service?.changed(),
    hears: () => service?.hears() ?? false,
    wake: () => service?.wake(),
    reconnect: () => service?.reconnect(),
    close: async () => service?.close(),
  }
}
