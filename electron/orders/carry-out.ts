import { assertNever } from '../../shared/assert-never.ts'
import { kindOf } from '../../shared/errors.ts'
import type { Log } from '../diagnostics/log.ts'
import type { Order, OrderResult } from './order.ts'
import type { Standings } from './standing.ts'

/** What an order does to a workstation: one that is being started, or one that runs. Each may be done twice. */
export interface Hands {
  /** Who is at it, or behind its lock. */
  whoIsHere(): string | undefined
  /** Everybody whose session waits here, whoever is before it too. */
  waiting(): Promise<readonly string[]>
  lock(): void
  /** Ends somebody's session, on the screen or waiting. Rejects where a restart would still find it. */
  signOut(userKey: string): Promise<void>
  /** Ends the session of somebody who is here; who waits is offered no more. Their PIN opens nothing. */
  lockOut(userKey: string): Promise<void>
  liftLockOut(userKey: string): void
  requireSignIn(userKey: string): Promise<void>
  /** Voids the PIN of somebody, here or not. */
  resetPin(userKey: string): Promise<void>
  /** Destroys what is kept of them. Rejects where something is left; the next start goes on with it. */
  wipe(userKey: string): Promise<void>
  /** Of whom something is kept here. */
  kept(): Promise<readonly string[]>
  say(message: string): Promise<void>
  /** The first screen says from now on that whoever was here was signed out, and not who. Never rejects. */
  saySignedOut(): Promise<void>
}

export interface CarryOutParts {
  readonly hands: Hands
  readonly standings: Standings
  readonly log: Log
}

/** Carries out an order. Never rejects: what could not be done is `failed`, and said so on both ends. */
export function carryOut({ hands, standings, log }: CarryOutParts): (order: Order) => Promise<OrderResult> {
  /** About whoever is here, unless it names somebody else. */
  const here = ({ userKey }: Order) => {
    const who = hands.whoIsHere()
    return who !== undefined && (userKey === undefined || userKey === who) ? who : undefined
  }

  /** Whether there was anybody to sign out. All are, whatever fails with one of them: who is on the screen first, then one after the other. */
  async function signOut(userKey: string | undefined): Promise<boolean> {
    const isMeant = (each: string) => userKey === undefined || each === userKey
    const who = hands.whoIsHere()
    const ends: PromiseSettledResult<void>[] = []
    const end = async (each: string) => void ends.push(...(await Promise.allSettled([hands.signOut(each)])))
    // Beside it: where a restart follows upon the end of a session, the screen has words for it all the same.
    if (who !== undefined && isMeant(who)) await Promise.all([hands.saySignedOut(), end(who)])
    for (const each of (await hands.waiting()).filter((other) => other !== who && isMeant(other))) await end(each)
    for (const each of ends) if (each.status === 'rejected') throw each.reason
    return ends.length > 0
  }

  async function obey(order: Order): Promise<OrderResult> {
    const { kind, userKey, message } = order
    switch (kind) {
      case 'lock':
        if (here(order) === undefined && userKey !== undefined) return 'not-for-here'
        hands.lock()
        break
      case 'sign-out':
        if (!(await signOut(userKey)) && userKey !== undefined) return 'not-for-here'
        break
      case 'wipe': {
        const kept = await hands.kept()
        const whose = userKey === undefined ? kept : kept.filter((each) => each === userKey)
        // All are begun, whatever fails with one of them.
        const ends = await Promise.allSettled(whose.map((each) => hands.wipe(each)))
        if (ends.some(({ status }) => status === 'rejected')) return 'failed'
        break
      }
      case 'disable-user': {
        if (userKey === undefined) return 'failed'
        // It holds in this process at once, and the journal has it: the screen does not wait for a keychain that is slow, and none that fails keeps anybody in.
        const [kept] = await Promise.allSettled([standings.set(userKey, 'out'), hands.lockOut(userKey)])
        if (kept.status === 'rejected') throw kept.reason
        break
      }
      case 'enable-user':
        if (userKey === undefined) return 'failed'
        await standings.lift(userKey)
        hands.liftLockOut(userKey)
        break
      case 'require-sign-in': {
        const who = hands.whoIsHere()
        const whose = userKey === undefined ? new Set([...(await hands.kept()), ...(who === undefined ? [] : [who])]) : new Set([userKey])
        const kept = await Promise.allSettled([...[...whose].map((each) => standings.set(each, 'sign-in')), who !== undefined && whose.has(who) ? hands.requireSignIn(who) : undefined])
        if (kept.some(({ status }) => status === 'rejected')) return 'failed'
        break
      }
      case 'reset-pin':
        if (userKey === undefined) return 'failed'
        if (hands.whoIsHere() !== userKey && !(await hands.kept()).includes(userKey)) return 'not-for-here'
        await hands.resetPin(userKey)
        break
      case 'message':
        break
      default:
        return assertNever(kind)
    }
    if (message !== undefined) await hands.say(message)
    return 'done'
  }

  return (order) =>
    obey(order).catch((error: unknown) => {
      log.event('orders.failed', { order: order.kind, failure: kindOf(error) })
      return 'failed'
    })
}
