/** What the support desk can order. */
export const orderKinds = ['lock', 'sign-out', 'wipe', 'disable-user', 'enable-user', 'require-sign-in', 'reset-pin', 'message'] as const
export type OrderKind = (typeof orderKinds)[number]

/** What somebody found when they closed an alert. `passed-on`: to those who may look at records. */
export const alertFindings = ['harmless', 'passed-on', 'confirmed'] as const
export type AlertFinding = (typeof alertFindings)[number]

const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'
/** Our own: OpenID has no event for a workstation as such. */
const own = 'https://chartkeep.example/secevent/event-type'

/** The event that carries each order to a workstation (RFC 8417 §2.2; OpenID CAEP 1.0 §3, RISC 1.0 §2). */
export const eventTypes = {
  lock: `${own}/workstation-lock`,
  'sign-out': `${caep}/session-revoked`,
  wipe: `${own}/workstation-wipe`,
  'disable-user': `${risc}/account-disabled`,
  'enable-user': `${risc}/account-enabled`,
  'require-sign-in': `${own}/sign-in-required`,
  'reset-pin': `${caep}/credential-change`,
  message: `${own}/workstation-message`,
} as const satisfies Readonly<Record<OrderKind, string>>

/** About a person wherever they are, and not about the machine in front of somebody. */
export const isAboutUsers = (kind: OrderKind): boolean => kind === 'disable-user' || kind === 'enable-user' || kind === 'reset-pin'

/**
 * Given for people, it reaches wherever they have been: what is kept of them may lie there, and a session of theirs may wait there behind another
 * one's lock. The others are for whoever sits there, and go to where they are.
 */
export const reachesWherever = (kind: OrderKind): boolean => isAboutUsers(kind) || kind === 'wipe' || kind === 'sign-out' || kind === 'require-sign-in'

/** Given for workstations, it reaches whoever waits there behind another one's lock too, and not the screen alone. */
export const reachesWaiting = (kind: OrderKind): boolean => kind !== 'lock' && kind !== 'message'

/** More workstations than this, and a second person has to agree. */
export const aloneUpTo = 25

/** An order that nobody agreed to for so long is none any more. Milliseconds. */
export const agreeWithinMs = 3_600_000

/** Whether a second person has to agree: what cannot be taken back, and what stops a ward. */
export const needsSecond = (kind: OrderKind, workstations: number): boolean => kind === 'wipe' || workstations > aloneUpTo

/** The order that takes back another one where it has been carried out. Undefined: there is none, only what has not arrived can be withdrawn. */
export function opposite(kind: OrderKind): OrderKind | undefined {
  if (kind === 'disable-user') return 'enable-user'
  if (kind === 'enable-user') return 'disable-user'
  return undefined
}

/** Whoever asks for such an order is identified first, and it is written down how. */
export const needsIdentification = (kind: OrderKind): boolean => kind === 'reset-pin'

/** How somebody who calls the desk can be identified. */
export const identifications = ['in-person', 'called-back', 'manager-vouches', 'staff-number', 'other'] as const

/** As many challenges of one workstation are answered in an hour, and no more: a rate limit on a rate limit. */
export const mostAnswersAnHour = 5
