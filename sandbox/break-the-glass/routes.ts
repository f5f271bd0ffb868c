import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Identify } from '../types.ts'
import { type Grant, type Grants, mostMinutes, purposes } from './grants.ts'

/** What the records say of a person's way to a patient. */
type WayTo = 'unknown' | 'in-care-team' | 'outside'

export interface BreakTheGlassOptions {
  readonly clock: Clock
  readonly grants: Grants
  readonly identify: Identify
  /** Whether a role and its scopes let somebody break a glass at all. */
  readonly may: (caller: Caller) => boolean
  readonly wayTo: (caller: Caller, patient: string) => WayTo
}

type Caller = NonNullable<Awaited<ReturnType<Identify>>>

const Asked = z.strictObject({
  patient: z.string().regex(/^(?:Patient\/)?[A-Za-z0-9\-.]{1,64}$/).transform((reference) => reference.replace(/^Patient\//, '')),
  /** For those who review it: a sentence, of one line. */
  reason: z.string().trim().min(10).max(500).regex(/^\P{C}*$/u),
  purposeOfUse: z.enum(purposes).default('BTG'),
  minutes: z.number().int().min(1).max(mostMinutes).default(mostMinutes),
})

const shown = ({ id, patient, purpose, began, until }: Grant) => ({
  id, patient: `Patient/${patient}`, purposeOfUse: purpose, from: new Date(began).toISOString(), until: new Date(until).toISOString(),
})

/** Lets a person in to one patient whose records are closed to them, for an hour at most (45 CFR 164.312(a)(2)(ii)). */
export function breakTheGlass({ grants, identify, may, wayTo, clock }: BreakTheGlassOptions): FastifyPluginAsync {
  return async (app) => {
    limitGuesses(app, { tries: 60, clock, isGuess: (_request, status) => status === 401 || status === 404 })
    app.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
    app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
      const isTheirs = error instanceof z.ZodError || (error.statusCode !== undefined && error.statusCode < 500)
      return isTheirs ? reply.code(400).send({ error: 'grant-malformed' }) : reply.code(500).send({ error: 'failed' })
    })

    app.post('/grants', async (request, reply) => {
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) return reply.code(401).send({ error: 'token-invalid' })
      if (!may(caller)) return reply.code(403).send({ error: 'role-may-not' })
      const { patient, reason, purposeOfUse: purpose, minutes } = Asked.parse(request.body)
      grants.sweep()
      const way = wayTo(caller, patient)
      if (way === 'unknown') return reply.code(404).send({ error: 'no-such-patient' })
      const open = grants.openTo(caller.sub).find((grant) => grant.patient === patient)
      if (open !== undefined) return reply.code(409).send({ error: 'already-open', grant: shown(open) })
      if (way === 'in-care-team') return reply.code(409).send({ error: 'in-care-team' })
      return reply.code(201).send(shown(grants.begin(caller, { patient, reason, purpose, minutes })))
    })

    app.get('/grants', async (request, reply) => {
      const caller = await identify(request.headers.authorization)
      return caller === undefined ? reply.code(401).send({ error: 'token-invalid' }) : { grants: grants.openTo(caller.sub).map(shown) }
    })

    app.delete<{ Params: { id: string } }>('/grants/:id', async (request, reply) => {
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) return reply.code(401).send({ error: 'token-invalid' })
      return grants.giveBack(request.params.id, caller.sub) ? reply.code(204).send() : reply.code(404).send({ error: 'no-such-grant' })
    })
  }
}
