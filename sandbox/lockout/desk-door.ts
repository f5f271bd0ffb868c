import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { DeskScope } from '../auth/desk-scopes.ts'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Caller, Identify } from '../types.ts'

/** Why the desk is not given what it asks. The word is the API's. */
export class DeskRefused extends Error {
  readonly status: 404 | 409 | 410 | 422 | 429
  readonly error: string

  constructor(status: DeskRefused['status'], error: string) {
    super(error)
    this.status = status
    this.error = error
  }
}

/** A route for whoever helps workstations, with the scope that it needs. */
export type DeskDoor = (needs: DeskScope, answer: (request: FastifyRequest, caller: Caller, reply: FastifyReply) => unknown) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** What all routes of the desk have in common: who may, what is kept by whom, and how a refusal is said. */
export function deskDoor(scope: FastifyInstance, { identify, clock }: { readonly identify: Identify; readonly clock: Clock }): DeskDoor {
  limitGuesses(scope, { tries: 60, clock, isGuess: (_request, status) => status === 401 })
  scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    if (error instanceof DeskRefused) return reply.code(error.status).send({ error: error.error })
    const isTheirs = error instanceof z.ZodError || (error.statusCode !== undefined && error.statusCode < 500)
    return isTheirs ? reply.code(400).send({ error: 'request-malformed' }) : reply.code(500).send({ error: 'failed' })
  })
  return (needs, answer) => async (request, reply) => {
    const caller = await identify(request.headers.authorization)
    if (caller === undefined) return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'token-invalid' })
    if (caller.role !== 'support') return reply.code(403).send({ error: 'role-may-not' })
    if (!caller.scopes.includes(needs)) return reply.code(403).send({ error: 'scope-missing' })
    return reply.send(await answer(request, caller, reply))
  }
}

export const idOf = ({ params }: FastifyRequest): string => z.object({ id: z.string().min(1).max(200) }).parse(params).id

/** Where there is none of that name. */
export function noneFor(error: string): never {
  throw new DeskRefused(404, error)
}
