/** What the support desk can order of workstations (docs/lockout-api.json; ADR 0120): each end, and each table about orders, has them from here. */
export const orderKinds = ['lock', 'sign-out', 'wipe', 'disable-user', 'enable-user', 'require-sign-in', 'reset-pin', 'message'] as const
export type OrderKind = (typeof orderKinds)[number]

const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'
/** Our own: OpenID has no event for a workstation as such. */
const own = 'https://chartkeep.example/secevent/event-type'

/** The event that carries each to a workstation (RFC 8417 §2.2; OpenID CAEP 1.0 §3, RISC 1.0 §2). */
export const orderEvents: Readonly<Record<OrderKind, string>> = {
  lock: `${own}/workstation-lock`,
  'sign-out': `${caep}/session-revoked`,
  wipe: `${own}/workstation-wipe`,
  'disable-user': `${risc}/account-disabled`,
  'enable-user': `${risc}/account-enabled`,
  'require-sign-in': `${own}/sign-in-required`,
  'reset-pin': `${caep}/credential-change`,
  message: `${own}/workstation-message`,
}

const about: Readonly<Record<OrderKind, 'users' | 'workstations'>> = {
  lock: 'workstations',
  'sign-out': 'workstations',
  wipe: 'workstations',
  'disable-user': 'users',
  'enable-user': 'users',
  'require-sign-in': 'workstations',
  'reset-pin': 'users',
  message: 'workstations',
}

/** About people wherever they are, and not about the machine in front of somebody: their target names users, and nothing else. */
export const isAboutUsers = (kind: OrderKind): boolean => about[kind] === 'users'

const opposites: Readonly<Record<OrderKind, OrderKind | undefined>> = {
  lock: undefined,
  'sign-out': undefined,
  wipe: undefined,
  'disable-user': 'enable-user',
  'enable-user': 'disable-user',
  'require-sign-in': undefined,
  'reset-pin': undefined,
  message: undefined,
}

/** The order that takes back another one where it has been carried out. Undefined: there is none, only what has not arrived can be withdrawn. */
export const oppositeOf = (kind: OrderKind): OrderKind | undefined => opposites[kind]

/** What stands for what a person is known by, on every workstation: who asks the desk for it is identified first, and how is written down. */
export const needsIdentification = (kind: OrderKind): boolean => kind === 'reset-pin'
