import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../shared/clock.ts'
import type { Identify } from '../types.ts'
import { deskDoor, idOf, noneFor } from './desk-door.ts'
import type { HistoryBook } from './history.ts'
import type { Orders } from './orders.ts'
import { previewOf } from './preview.ts'
import { Because, HistoryQuery, NewOrder, OrderQuery, Preview, UnlockHelp, type UserShown, WorkstationQuery } from './shapes/index.ts'
import type { AnswerChallenge } from './unlock-help.ts'
import type { UserRef, Workstations } from './workstations.ts'

export interface DeskRouteParts {
  readonly identify: Identify
  readonly clock: Clock
  readonly orders: Orders
  readonly workstations: Workstations
  readonly history: HistoryBook
  readonly people: () => readonly (UserRef & { readonly username: string; readonly isDisabled: boolean })[]
  readonly unlockHelp: AnswerChallenge
}

/** The order API of the support desk (docs/lockout-api.json): who is where, and what they are told. It knows no patients. */
export function deskRoutes({ identify, clock, orders, workstations, history, people, unlockHelp }: DeskRouteParts): FastifyPluginAsync {
  const preview = previewOf({ orders, workstations, people })
  const shownUser = ({ sub, name, role, username, isDisabled }: ReturnType<typeof people>[number]): UserShown => ({ sub, name, role, username, isDisabled, workstations: [...workstations.knownTo(sub)] })

  return async (scope) => {
    const desk = deskDoor(scope, { identify, clock })

    scope.get('/workstations', desk('lockout.read', async (request) => {
      const query = WorkstationQuery.parse(request.query)
      if (query.changedAfter !== undefined && query.changedAfter === workstations.revision && query.wait > 0) await workstations.nextChange(query.wait * 1000)
      workstations.noticeSilence()
      return { ...workstations.list(query), sites: workstations.sites() }
    }))
    scope.get('/workstations/:id', desk('lockout.read', (request) => workstations.byId(idOf(request)) ?? noneFor('no-such-workstation')))
    scope.get('/workstations/:id/history', desk('lockout.read', (request) => history.read({ deviceId: idOf(request) }, HistoryQuery.parse(request.query))))
    scope.get('/users', desk('lockout.read', () => ({ users: people().map(shownUser) })))
    scope.get('/users/:id', desk('lockout.read', (request) => {
      const person = people().find(({ sub }) => sub === idOf(request))
      return person === undefined ? noneFor('no-such-user') : shownUser(person)
    }))
    scope.get('/users/:id/history', desk('lockout.read', (request) => history.read({ user: idOf(request) }, HistoryQuery.parse(request.query))))
    scope.get('/history', desk('lockout.read', (request) => history.read({ all: true }, HistoryQuery.parse(request.query))))

    scope.post('/previews', desk('lockout.read', (request) => preview(Preview.parse(request.body))))
    scope.get('/orders', desk('lockout.read', (request) => orders.list(OrderQuery.parse(request.query))))
    scope.post('/orders', { bodyLimit: 2 * 1024 * 1024 }, desk('lockout.order', (request, { sub }, reply) => {
      const { order, isNew } = orders.give(NewOrder.parse(request.body), sub)
      reply.code(isNew ? 201 : 200)
      return order
    }))
    scope.get('/orders/:id', desk('lockout.read', (request) => orders.find(idOf(request)) ?? noneFor('no-such-order')))
    scope.post('/orders/:id/agreement', desk('lockout.order', (request, { sub }) => orders.agree(idOf(request), sub, Because.parse(request.body).reason)))
    scope.post('/orders/:id/rejection', desk('lockout.order', (request, { sub }) => orders.reject(idOf(request), sub, Because.parse(request.body).reason)))
    scope.post('/orders/:id/undo', desk('lockout.order', (request, { sub }) => orders.undo(idOf(request), sub, Because.parse(request.body).reason)))
    scope.post('/challenges', desk('lockout.order', (request, { sub }) => unlockHelp(UnlockHelp.parse(request.body), sub)))
  }
}
