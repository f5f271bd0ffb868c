import type { ProcedureName } from '../../../shared/contract/index.ts'
import type { Handlers } from '../../rpc/router.ts'
import * as answers from '../desk/answers.ts'
import { type FollowParts, followWorkstations } from '../desk/follow.ts'
import type { PortCaller } from './caller.ts'

type DeskName = Extract<ProcedureName, `desk.${string}`>

const partSize = 1_000
const pageSize = 100

/** The support desk: what it asks and orders goes to the EHR, and nothing of it is kept here. */
export function deskHandlers(parts: FollowParts): Pick<Handlers<'workspace', PortCaller>, DeskName> {
  const { way } = parts
  const changes = followWorkstations(parts)
  const step = (id: string, what: 'agreement' | 'rejection' | 'undo') => `orders/${encodeURIComponent(id)}/${what}`
  const alert = (id: string, what: 'taking' | 'comments' | 'closing') => `alerts/${encodeURIComponent(id)}/${what}`

  return {
    'desk.workstations': ({ after }, { signal }) => way.read(`workstations?${query({ after, limit: partSize })}`, answers.Workstations, signal),
    'desk.changes': ({ revision }, { signal }) => changes(revision, signal),
    'desk.workstation': ({ deviceId }, { signal }) => way.read(`workstations/${deviceId}`, answers.Workstation, signal),
    'desk.users': (_input, { signal }) => way.read('users', answers.Users, signal),
    'desk.history': ({ of, before }, { signal }) => {
      const path = 'workstation' in of ? `workstations/${of.workstation}/history` : 'user' in of ? `users/${encodeURIComponent(of.user)}/history` : 'history'
      return way.read(`${path}?${query({ before, limit: pageSize })}`, answers.History, signal)
    },
    'desk.preview': (input, { signal }) => way.ask('previews', input, answers.Preview, signal),
    'desk.giveOrder': (input, { signal }) => way.write('orders', input, answers.Order, signal, input.idempotencyKey),
    'desk.orders': ({ state, before }, { signal }) => way.read(`orders?${query({ state, before, limit: 50 })}`, answers.Orders, signal),
    'desk.order': ({ id }, { signal }) => way.read(`orders/${encodeURIComponent(id)}`, answers.WholeOrder, signal),
    'desk.agree': ({ id, reason }, { signal }) => way.write(step(id, 'agreement'), { reason }, answers.Order, signal),
    'desk.reject': ({ id, reason }, { signal }) => way.write(step(id, 'rejection'), { reason }, answers.Order, signal),
    'desk.undo': ({ id, reason }, { signal }) => way.write(step(id, 'undo'), { reason }, answers.Order, signal),
    'desk.unlockHelp': (input, { signal }) => way.write('challenges', input, answers.UnlockAnswer, signal),
    'desk.alerts': ({ state, before }, { signal }) => way.read(`alerts?${query({ state, before, limit: pageSize })}`, answers.Alerts, signal),
    'desk.takeAlert': ({ id }, { signal }) => way.write(alert(id, 'taking'), {}, answers.Alert, signal),
    'desk.commentAlert': ({ id, comment }, { signal }) => way.write(alert(id, 'comments'), { comment }, answers.Alert, signal),
    'desk.closeAlert': ({ id, finding, comment }, { signal }) => way.write(alert(id, 'closing'), { finding, comment }, answers.Alert, signal),
  }
}

function query(named: Readonly<Record<string, string | number | undefined>>): string {
  return new URLSearchParams(Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))).toString()
}
