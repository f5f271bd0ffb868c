import { isAboutUsers, type OrderKind } from '../../shared/desk/order-kinds.ts'

/**
 * Given for people, it reaches wherever they have been: what is kept of them may lie there, and a session of theirs may wait there behind another
 * one's lock. The others are for whoever sits there, and go to where they are.
 */
export const reachesWherever = (kind: OrderKind): boolean => isAboutUsers(kind) || kind === 'wipe' || kind === 'sign-out' || kind === 'require-sign-in'

/** Given for workstations, it reaches whoever waits there behind another one's lock too, and not the screen alone. */
export const reachesWaiting = (kind: OrderKind): boolean => kind !== 'lock' && kind !== 'message'

/** More workstations than this, and a second person has to agree. */
const aloneUpTo = 25

/** An order that nobody agreed to for so long is none any more. Milliseconds. */
export const agreeWithinMs = 3_600_000

/** Whether a second person has to agree: what cannot be taken back, and what stops a ward. */
export const needsSecond = (kind: OrderKind, workstations: number): boolean => kind === 'wipe' || workstations > aloneUpTo
