import type { DeskAlert, DeskOrder, DeskWorkstation, InputOf, OutputOf, ProcedureName } from '../../../shared/contract/index.ts'

const deviceId = 'ws_0000000000000001'
const id = 'e5b6f1c0'
const reason = 'Left open in the corridor'
const by = { sub: 'u-1', name: 'T. Marchetti' }
const target = { workstations: [deviceId] }
const workstation: DeskWorkstation = { deviceId, displayName: 'WS-1', site: 'North', state: 'active', appVersion: '0.1.0', policyVersion: 'a', unsent: { drafts: 0, changes: 0 }, isOnline: true, registeredAt: 1, waiting: 0 }
const order: DeskOrder = { id, kind: 'lock', target, reason, by, at: 1, state: 'given', counts: { held: 0, waiting: 1, taken: 0, refused: 0, withdrawn: 0, done: 0, failed: 0, notForHere: 0 } }
const alert: DeskAlert = { id, at: 1, rule: 'vip', severity: 'high', response: 'notice', count: 1, more: 0, correlation: '0a1b2c3d', state: 'open', steps: [] }
const unsent = { drafts: 0, changes: 0 }

/** Of the support desk. */
export const validDeskCalls = {
  'desk.workstations': { input: {}, output: { workstations: [workstation], total: 1, sites: [], revision: 1 } },
  'desk.changes': { input: { revision: 1 }, output: { workstations: [workstation], revision: 2 } },
  'desk.workstation': { input: { deviceId }, output: workstation },
  'desk.users': { input: {}, output: { users: [] } },
  'desk.history': { input: { of: { all: true } }, output: { entries: [] } },
  'desk.preview': { input: { kind: 'lock', target }, output: { workstations: 1, users: [], userCount: 0, offline: 0, open: 1, waiting: 0, waitingUnknown: 0, unsent, unsentUnknown: 0, needsSecond: false, sample: [workstation] } },
  'desk.giveOrder': { input: { kind: 'lock', target, reason, idempotencyKey: 'one-press-of-the-button' }, output: order },
  'desk.orders': { input: { cause: 'look' }, output: { orders: [order] } },
  'desk.order': { input: { id, cause: 'look' }, output: { order, deliveries: [] } },
  'desk.agree': { input: { id, reason }, output: order },
  'desk.reject': { input: { id, reason }, output: order },
  'desk.undo': { input: { id, reason }, output: order },
  'desk.unlockHelp': {
    input: { deviceId, user: 'u-2', challenge: '7KX2M-94QRT', identifiedBy: 'called-back', identification: 'At the number of ward 3', reason },
    output: { response: '94QRT-7KX2M', workstation: { deviceId, displayName: 'WS-1' }, user: { sub: 'u-2', name: 'A. Osei', role: 'nurse' }, at: 1 },
  },
  'desk.alerts': { input: { cause: 'look' }, output: { alerts: [alert], open: 1 } },
  'desk.takeAlert': { input: { id }, output: alert },
  'desk.commentAlert': { input: { id, comment: 'Called the ward' }, output: alert },
  'desk.closeAlert': { input: { id, finding: 'harmless', comment: reason }, output: alert },
} satisfies { readonly [N in Extract<ProcedureName, `desk.${string}`>]: { readonly input: InputOf<N>; readonly output: OutputOf<N> } }
