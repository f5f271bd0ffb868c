import type { OrderKind } from '../../shared/desk/order-kinds.ts'

interface Rule {
  /**
   * Given for people, it reaches wherever they have been: what is kept of them may lie there, and a session of theirs may wait there behind another
   * one's lock. The others are for whoever sits there, and go to where they are.
   */
  readonly wherever: boolean
  /** Given for workstations, it reaches whoever waits there behind another one's lock too, and not the screen alone. */
  readonly waiting: boolean
  /** It cannot be taken back: a second person agrees, however few it hits. */
  readonly second: boolean
}

const rules: Readonly<Record<OrderKind, Rule>> = {
  lock: { wherever: false, waiting: false, second: false },
  'sign-out': { wherever: true, waiting: true, second: false },
  wipe: { wherever: true, waiting: true, second: true },
  'disable-user': { wherever: true, waiting: true, second: false },
  'enable-user': { wherever: true, waiting: true, second: false },
  'require-sign-in': { wherever: true, waiting: true, second: false },
  'reset-pin': { wherever: true, waiting: true, second: false },
  message: { wherever: false, waiting: false, second: false },
}

export const reachesWherever = (kind: OrderKind): boolean => rules[kind].wherever
export const reachesWaiting = (kind: OrderKind): boolean => rules[kind].waiting

/** More workstations than this stop a ward. */
const aloneUpTo = 25

/** Whether a second person has to agree. */
export const needsSecond = (kind: OrderKind, workstations: number): boolean => rules[kind].second || workstations > aloneUpTo

/** An order that nobody agreed to for so long is none any more. Milliseconds. */
export const agreeWithinMs = 3_600_000
