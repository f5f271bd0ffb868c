import { sessionStates } from '../../shared/contract/procedure.ts'
import { sections } from '../../shared/contract/sections.ts'
import { LockReason } from '../../shared/contract/session.ts'
import { transports } from '../../shared/contract/transports.ts'
import { orderKinds } from '../../shared/desk/order-kinds.ts'
import { deliveryResults } from '../../shared/desk/words.ts'
import { failureKinds } from '../../shared/errors.ts'
import { placeNames } from '../audit/ship/place.ts'
import { askingWays, uselessness } from '../auth/still-granted.ts'
import { refusals } from '../orders/order.ts'
import { buses } from '../session/desktop/address.ts'
import { correlation, count, type Field, type FieldValue, flag, milliseconds, oneOf, version, whole } from './fields.ts'

const failure = oneOf(failureKinds)
const procedure = oneOf([...Object.keys(transports), 'unknown'])
const processName = oneOf(['main', 'records', 'chart', 'spare', 'sign-in', 'gpu', 'utility', 'other'])
const position = whole(9_999_999)

/** Everything that the log can say. What is not in this table is not written, and counted as dropped. */
export const logEvents = {
  'app.started': { version, electron: version, node: version, platform: oneOf(['linux', 'darwin', 'win32', 'other']), packaged: flag, startMs: milliseconds },
  'app.stopped': { ms: milliseconds },
  'app.second-instance': {},
  'app.failed': { correlation, failure },
  'process.gone': {
    process: processName,
    reason: oneOf(['clean-exit', 'abnormal-exit', 'killed', 'crashed', 'oom', 'launch-failed', 'integrity-failure', 'memory-eviction', 'other']),
    expected: flag,
  },
  'window.refused': { what: oneOf(['navigation', 'window', 'permission', 'webview', 'download', 'request', 'path', 'certificate']) },
  /** `ms` since the start of the process. */
  'window.painted': { what: oneOf(['sign-in', 'lock', 'ehr-page']), ms: milliseconds },
  /** The first page hangs; the start went on without it. */
  'window.late': {},

  'rpc.failed': { procedure, failure, correlation },
  'rpc.dropped': { why: oneOf(['malformed', 'too-large', 'wrong-sender', 'stale']) },

  'session.changed': { from: oneOf(sessionStates), to: oneOf(sessionStates), epoch: count },
  'session.locked': { reason: oneOf(LockReason.options), epoch: count },
  'lock.step': { step: oneOf(['swap', 'flush', 'ports', 'clipboard', 'reap', 'keys', 'spare']), ms: milliseconds, late: flag },
  'unlock.failed': { failure, triesLeft: whole(99) },
  'unlock.done': { ms: milliseconds },

  'sign-in.began': { way: oneOf(['system-browser', 'in-app']), correlation },
  'sign-in.done': { ms: milliseconds, narrowed: flag, legacyScopes: flag, correlation },
  'sign-in.failed': { failure, step: oneOf(['discovery', 'page', 'exchange', 'identity', 'person']), correlation },
  /** Asked again without the right to report. */
  'sign-in.scope-refused': {},
  'token.refreshed': { ms: milliseconds, rotated: flag },
  'token.refresh-failed': { failure },
  'token.not-kept': { failure },
  /** Whether the EHR stands by the sign-in, where no orders reach the workstation. */
  'token.asked': { ms: milliseconds, stands: flag },
  'token.not-asked': { failure },
  'token.asking-useless': { way: oneOf(askingWays), why: oneOf(uselessness) },
  'token.revoked': { access: flag, refresh: flag },
  'device.registered': { again: flag },
  'device.not-registered': { failure },
  'device.endpoint-absent': {},

  'desktop.followed': { bus: oneOf(buses) },
  'desktop.lost': { bus: oneOf(buses) },
  /** logind waits for us before the machine sleeps. */
  'desktop.kept': {},
  'desktop.not-kept': { absent: flag },
  'desktop.sleep': { ms: milliseconds, late: flag },

  'orders.poll-failed': { failure, tries: whole(99) },
  'orders.poll-again': {},
  'orders.refused': { why: oneOf(refusals) },
  'orders.carried-out': { order: oneOf(orderKinds), result: oneOf(deliveryResults) },
  'orders.failed': { order: oneOf(orderKinds), failure },
  'orders.not-kept': { failure },
  'orders.not-recorded': { order: oneOf(orderKinds), failure },
  'orders.not-reported': { failure },
  'orders.not-lifted': { failure },

  'policy.loaded': { source: oneOf(['machine', 'development']) },
  'policy.held': { line: position, column: position },
  'policy.refused': { line: position, column: position },
  'policy.missing': {},
  'policy.not-kept': { failure },

  'audit.opened': { file: count, ms: milliseconds },
  'audit.recovered': { bytes: whole(1_000_000_000) },
  'audit.broken': { file: count, line: position },
  'audit.unavailable': { failure },
  'audit-key.failed': { failure },
  'audit.rolled-back': {},
  'audit.not-anchored': {},
  /** Files that every place has acknowledged, and that are old enough, are gone from here. */
  'audit.pruned': { files: count },
  'audit.not-pruned': { failure },
  'audit.ship-waits': { place: oneOf(placeNames), failure, tries: count },
  /** The place did not want this entry: it stays here. */
  'audit.ship-refused': { place: oneOf(placeNames), seq: position },
  'audit.ship-began-anew': { place: oneOf(placeNames) },
  /** A new file in the folder of the copies; whether the system keeps it append-only. */
  'audit.folder-file': { appendOnly: flag },
  'audit.ship-not-kept': { place: oneOf(placeNames) },
  /** What the rules of the alerts were told of the time before this start. */
  'alerts.read-back': { entries: count, ms: milliseconds },
  'alerts.failed': {},

  'keychain.failed': { operation: oneOf(['get', 'set', 'delete']), failure },
  /** What the screen says of it, with its code. */
  'keychain.trouble': { failure, correlation },
  'hsm.failed': { failure },
  'vault.opened': { ms: milliseconds },
  'vault.failed': { failure },
  'vault.share-refused': { failure },
  'vault.set-aside': { what: oneOf(['cache', 'drafts', 'place', 'keys']) },
  'vault.key-file-mended': {},
  'vault.noticed': { what: oneOf(['cache', 'work']), standing: oneOf(['altered', 'older', 'missing', 'unreadable']) },
  'vault.rotated': { what: oneOf(['key-part', 'data-key']) },
  'vault.not-rotated': { what: oneOf(['key-part', 'data-key']), failure },
  'vault.rotation-waits': { failure },
  'vault.wiped': { complete: flag },
  'cache.evicted': { rows: count },
  'cache.failed': { failure },
  'keeping.changed': { what: oneOf(['all', 'audit', 'work', 'found', 'cache']), failure },

  'http.failed': { failure, status: whole(999), tries: whole(99) },
  'fhir.refused': { section: oneOf([...sections, 'search']), wrongPatient: count, malformed: count },
  'connection.changed': { online: flag },

  /** Half a file, which an export left that was killed, is removed. */
  'export.cleared': { files: count },
  'export.not-noted': { failure },

  'log.dropped': { events: count, fields: count },
} as const satisfies Record<string, Readonly<Record<string, Field>>>

type LogEvents = typeof logEvents
export type LogEvent = keyof LogEvents
/** What an event is told with. An event without fields takes none: `{}` as a type would take anything. */
export type LogFields<E extends LogEvent> = keyof LogEvents[E] extends never
  ? Readonly<Record<string, never>>
  : { readonly [F in keyof LogEvents[E]]: LogEvents[E][F] extends Field ? FieldValue<LogEvents[E][F]> : never }

/** Whether a text that came from outside names an event of the table. */
export function isLogEvent(name: unknown): name is LogEvent {
  return typeof name === 'string' && Object.hasOwn(logEvents, name)
}
