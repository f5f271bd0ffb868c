import { z } from 'zod'

/** Of one person: when they last signed in fully, and when the EHR last took what was asked for them. */
const Heard = z.strictObject({
  signedIn: z.number().nonnegative(),
  heard: z.number().nonnegative(),
  /** The limit had passed when the EHR was reached again: a full sign-in alone ends that. */
  over: z.literal(true).optional(),
})

const UserKey = z.string().regex(/^[a-z2-7]{26}$/)

/**
 * When the EHR was last heard, in steady milliseconds: a count of this workstation's own that begins at 0 and never goes back. Moments of the wall
 * clock would be worth what whoever sets it wants.
 */
export const Ledger = z.strictObject({
  /** The count as it was last looked at, and the clocks it was looked at with. */
  steady: z.number().nonnegative(),
  clocks: z.strictObject({ wall: z.number(), uptime: z.number().nonnegative(), boot: z.string().max(8).optional() }),
  /** When this workstation last asked for orders, and was answered: then nobody here is locked out without our knowing. */
  orders: z.number().nonnegative().optional(),
  people: z.record(UserKey, Heard),
})
export type Ledger = z.infer<typeof Ledger>

/** For how long, in milliseconds; Infinity where it is not known, as for somebody who never signed in here. */
export interface Ages {
  readonly sinceSignIn: number
  /** Since the EHR was last heard: for this person, or for the whole workstation by its orders. */
  readonly unheard: number
}

export const unknownAges: Ages = { sinceSignIn: Infinity, unheard: Infinity }

/** As many as fit into the smallest keychain (2,560 bytes); the longest unheard beyond that sign in fully. */
export const mostPeople = 24

export function agesIn(ledger: Ledger, userKey: string): Ages {
  const person = ledger.people[userKey]
  if (person === undefined) return unknownAges
  const heard = Math.max(person.heard, ledger.orders ?? 0)
  return { sinceSignIn: ledger.steady - person.signedIn, unheard: person.over === true ? Infinity : ledger.steady - heard }
}

export function withSignIn(ledger: Ledger, userKey: string): Ledger {
  const { [userKey]: _before, ...others } = ledger.people
  const kept = Object.entries(others).toSorted(([, a], [, b]) => b.heard - a.heard).slice(0, mostPeople - 1)
  return { ...ledger, people: { ...Object.fromEntries(kept), [userKey]: { signedIn: ledger.steady, heard: ledger.steady } } }
}

/** Whoever was unheard of for longer than the limit stays shut, though the EHR is there again: it may have been asked by somebody else. */
function markOver(ledger: Ledger, userKeys: readonly string[], limit: number): Ledger['people'] {
  const over = userKeys.filter((userKey) => agesIn(ledger, userKey).unheard >= limit)
  return Object.fromEntries(Object.entries(ledger.people).map(([userKey, person]) => [userKey, over.includes(userKey) ? { ...person, over: true as const } : person]))
}

/** Orders were asked for, and the EHR answered. `limit` in milliseconds. */
export function withOrders(ledger: Ledger, limit: number): Ledger {
  return { ...ledger, people: markOver(ledger, Object.keys(ledger.people), limit), orders: ledger.steady }
}

/** The EHR took a token of this person. `limit` in milliseconds. */
export function withPerson(ledger: Ledger, userKey: string, limit: number): Ledger {
  const people = markOver(ledger, [userKey], limit)
  const person = people[userKey]
  return person === undefined ? ledger : { ...ledger, people: { ...people, [userKey]: { ...person, heard: ledger.steady } } }
}
