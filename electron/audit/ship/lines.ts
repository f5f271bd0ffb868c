import type { EntryEvent } from '../own-events.ts'

/**
 * What kind of AuditEvent an entry is reported as. Reads and writes: the profiles of IHE BALP
 * (https://profiles.ihe.net/ITI/BALP/); comings and goings, and what concerns the workstation itself: DICOM PS3.16
 * CID 400, which BALP takes for its user authentication and leaves the rest to.
 */
export type Kind = 'read' | 'query' | 'create' | 'update' | 'login' | 'logout' | 'start' | 'stop' | 'audit-log' | 'security'

/** DICOM PS3.16 CID 403, the kinds of a security alert. */
type SecurityCode = '110130' | '110132' | '110133' | '110134' | '110135' | '110136' | '110138'

export type Line =
  | { readonly as: Exclude<Kind, 'security'> }
  | { readonly as: 'security'; readonly code: SecurityCode }

const read = { as: 'read' } as const
const query = { as: 'query' } as const
const login = { as: 'login' } as const
const logout = { as: 'logout' } as const
/** What concerns the record of what is done: its checkpoints, what it says for its own rules, and who reads it. */
const log = { as: 'audit-log' } as const
/** Security configuration. */
const rules = { as: 'security', code: '110130' } as const
const auditStopped = { as: 'security', code: '110134' } as const
const auditStarted = { as: 'security', code: '110135' } as const
/** Security attributes of an object: a key, or what is kept under it. */
const keys = { as: 'security', code: '110136' } as const
/** Security attributes of a user: the PIN. */
const pin = { as: 'security', code: '110138' } as const

/** Use of a restricted function: what a pattern of entries gave cause to look at, and what was answered; what the support desk ordered. */
const alert = { as: 'security', code: '110133' } as const

/** Alerts have names of their own (`electron/audit/alerts`), and one form. */
type Alert = `alert.${string}`

/** One line for each thing that the chain records: a word without its line does not compile. */
const lines: Readonly<Record<Exclude<EntryEvent, Alert>, Line>> = {
  'chart.open': read,
  'chart.section': read,
  'chart.signals': log,
  'hold.answered': alert,
  'hold.carried': alert,
  'patients.search': query,
  'patients.mine': query,
  'patients.recent': query,
  'place.recall': read,
  'document.open': read,
  'document.part': read,
  'document.close': read,
  'file.choose': read,
  'attachment.list': read,
  'attachment.add': { as: 'create' },
  'attachment.step': { as: 'create' },
  'attachment.remove': { as: 'update' },
  'attachment.open': read,
  'attachment.send': { as: 'create' },
  'attachment.unsend': { as: 'update' },
  'outbox.send': { as: 'create' },
  'draft.read': read,
  'draft.save': { as: 'update' },

  'sign-in.begin': login,
  'session.unlock': login,
  'session.switch': logout,
  'session.lock': logout,
  'session.sign-out': logout,
  'session.active': login,
  'session.warning': login,
  'session.signingIn': login,
  'session.locked': logout,
  'session.signedOut': logout,
  'session.lockedOut': logout,
  'session.wiping': logout,
  'session.memory-only': keys,
  'session.go-without-keeping': keys,

  'vault.pin-set': pin,
  'vault.pin-forgotten': pin,
  'pin.void': pin,
  'unlock-help.ask': pin,
  'unlock-help.answer': pin,
  'pin.tries-granted': pin,
  'vault.share-ask': keys,
  'vault.key-made': keys,
  'vault.key-file-mended': keys,
  'vault.cache-set-aside': keys,
  'vault.drafts-set-aside': keys,
  'vault.altered': keys,
  'vault.older': keys,
  'vault.missing': keys,
  'vault.unreadable': keys,
  'vault.wipe': keys,
  'token.revoke': logout,
  'key.release': keys,
  'key.renew': keys,
  'key.settle': keys,
  'key.rotation-order': keys,
  'key.data-rotated': keys,
  'key.part-rotated': keys,
  'keychain.try-again': keys,
  'keychain.failed': keys,
  'keychain.memory-only': keys,
  'device-key.unavailable': keys,

  'notice.read': alert,
  'order.lock': alert,
  'order.sign-out': alert,
  'order.message': alert,
  'order.refused': alert,
  'order.journal-damaged': alert,
  'orders.unheard': alert,
  'orders.heard': alert,
  'order.wipe': keys,
  'order.reset-pin': pin,
  'order.require-sign-in': pin,
  'order.disable-user': pin,
  'order.enable-user': pin,

  'desk.workstations': query,
  'desk.workstation': query,
  'desk.users': query,
  'desk.history': query,
  'desk.preview': query,
  'desk.orders': query,
  'desk.order': query,
  'desk.order-given': alert,
  'desk.order-agreed': alert,
  'desk.order-rejected': alert,
  'desk.order-undone': alert,
  'desk.unlock-help': pin,
  'desk.alerts': query,
  'desk.alert-taken': alert,
  'desk.alert-commented': alert,
  'desk.alert-closed': alert,

  'policy.loaded': rules,
  'policy.held': rules,
  'policy.refused': rules,
  'policy.missing': rules,

  'app.started': { as: 'start' },
  'app.ended': { as: 'stop' },

  'audit.resumed': auditStarted,
  'audit.events': log,
  'audit.export': log,
  'audit.export-write': log,
  'audit.disclosures': log,
  'audit.text': log,
  'audit.print': log,
  'chain.began': auditStarted,
  'chain.checkpoint': log,
  'chain.pruned': log,
  'chain.recovered': auditStopped,
  'chain.rolled-back': auditStopped,
  'chain.outcomes-lost': auditStopped,
  'chain.outcome-malformed': auditStopped,
}

/** What an earlier or a later version recorded, whose word is not known here, is reported all the same. */
const unknownWord = { as: 'security', code: '110132' } as const

const isKnown = (event: string): event is keyof typeof lines => Object.hasOwn(lines, event)

/** How an entry is reported. */
export function lineOf(event: string): Line {
  if (event.startsWith('alert.')) return alert
  return isKnown(event) ? lines[event] : unknownWord
}
