import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../shared/clock.ts'
import type { Identify } from '../types.ts'
import type { Alerts } from './alerts.ts'
import { deskDoor, idOf } from './desk-door.ts'
import { AlertClosing, AlertComment, AlertQuery, AlertTaking } from './shapes/index.ts'

/** Alerts at the support desk (docs/lockout-api.json): who of the staff, by which rule; no patient. */
export function alertRoutes({ identify, clock, alerts }: { readonly identify: Identify; readonly clock: Clock; readonly alerts: Alerts }): FastifyPluginAsync {
  return async (scope) => {
    const desk = deskDoor(scope, { identify, clock })
    scope.get('/alerts', desk('lockout.alerts', (request) => alerts.list(AlertQuery.parse(request.query))))
    scope.post('/alerts/:id/taking', desk('lockout.alerts', (request, { sub }) => {
      AlertTaking.parse(request.body)
      return alerts.take(idOf(request), sub)
    }))
    scope.post('/alerts/:id/comments', desk('lockout.alerts', (request, { sub }) => alerts.comment(idOf(request), sub, AlertComment.parse(request.body).comment)))
    scope.post('/alerts/:id/closing', desk('lockout.alerts', (request, { sub }) => {
      const { finding, comment } = AlertClosing.parse(request.body)
      return alerts.close(idOf(request), sub, finding, comment)
    }))
  }
}
