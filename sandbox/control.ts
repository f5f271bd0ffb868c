import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { holderOf } from './control-secret.ts'
import type { Strays } from './edge.ts'
import { FaultChange, type FaultSwitches } from './faults/index.ts'
import type { DeskAlert, DeskOverride } from './privacy-desk/index.ts'
import type { Traffic } from './traffic.ts'
import { type TroubleBook, Troubles } from './trouble/index.ts'

/** What a test may do to a running sandbox, beside its faults. */
export interface Levers {
  faults: FaultSwitches
  /** Single requests that go wrong. */
  troubles: TroubleBook
  /** Bars an account; its tokens and sessions are gone with its next request. False: no such user. */
  revokeUser(username: string): boolean
  reinstateUser(username: string): boolean
  /** The next code of a demo user's authenticator app; without one where all that count now are used. Undefined: they have no app. */
  codeOf(username: string): { code: string | undefined; secondsLeft: number } | undefined
  /** What the privacy desk is told: alerts of workstations, with their answers, and broken glass; the newest first. */
  privacyDesk(): readonly (DeskAlert | DeskOverride)[]
  /** Labels a patient as somebody everybody knows (ActCode VIP). False: no such patient. */
  labelVip(patient: string): boolean
  /** Publishes a new key for audit texts; what was encrypted to the old one is still read. Gives the new one's `kid`. */
  rotateAuditKey(): Promise<string>
  /** Publishes a new key for files; what was sealed to the old one still opens. Gives the new one's `kid`. */
  rotateFileKey(): Promise<string>
  /** Files so many entries of an audit trail that nobody has left, back from now over so many days. Gives how many. */
  fileMadeUpTrail(trail: { events: number; days: number; seed: number }): number
  /** Files so many workstations that are nowhere, for whoever looks at the support desk. Gives how many. */
  fileMadeUpWorkstations(made: { count: number; seed: number }): number
  /** Signs orders to workstations with a new key. Gives its `kid`. */
  rotateOrderKey(): Promise<string>
  /** Lets every access token, or every refresh token, be as old as if its time had passed. */
  expireTokens(kind: 'access' | 'refresh'): void
  /** Makes this server's clock wrong by so many seconds, as a client sees it: ID tokens, `Date`, record times. */
  setClockSkew(seconds: number): void
  /** Requests that followed the fault `fhir: redirect`, and how many of them brought a token along. */
  strays(): Strays
  /** What went over the FHIR API, and how many left before they were answered. */
  traffic(): Traffic
  resetTraffic(): void
}

const Skew = z.strictObject({ seconds: z.number().int().min(-86_400).max(86_400) })
const MadeUpTrail = z.strictObject({ events: z.number().int().min(1).max(100_000), days: z.number().int().min(1).max(4_000).default(30), seed: z.number().int().default(1) })
const MadeUpWorkstations = z.strictObject({ count: z.number().int().min(1).max(20_000), seed: z.number().int().default(1) })
const Expiry = z.strictObject({ kind: z.enum(['access', 'refresh']) })

/** The levers over HTTP, under `/sandbox`, for whoever holds the control secret of the state folder. */
export function control(levers: Levers, secret: string): FastifyPluginAsync {
  const isHolder = holderOf(secret)

  return async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!isHolder(request.headers.authorization)) await reply.code(401).send({ error: 'control-secret' })
    })
    scope.setErrorHandler((error, _request, reply) =>
      error instanceof z.ZodError
        ? reply.code(400).send({ error: 'malformed', at: error.issues.map((issue) => issue.path.join('.')) })
        : reply.code(500).send({ error: 'failed' }),
    )

    scope.get('/faults', () => levers.faults.current())
    scope.post('/faults', (request) => {
      levers.faults.set(FaultChange.parse(request.body))
      return levers.faults.current()
    })
    scope.delete('/faults', () => {
      levers.faults.reset()
      levers.troubles.set([])
      return levers.faults.current()
    })
    scope.get('/troubles', () => ({ troubles: levers.troubles.current(), asked: levers.troubles.counts() }))
    scope.post('/troubles', (request) => {
      levers.troubles.set(Troubles.parse(request.body))
      return levers.troubles.current()
    })
    scope.delete('/troubles', (_request, reply) => {
      levers.troubles.set([])
      return reply.code(204).send()
    })
    scope.post('/clock', (request, reply) => {
      levers.setClockSkew(Skew.parse(request.body).seconds)
      return reply.code(204).send()
    })
    scope.post('/expire', (request, reply) => {
      levers.expireTokens(Expiry.parse(request.body).kind)
      return reply.code(204).send()
    })
    scope.post<{ Params: { username: string } }>('/users/:username/revoke', (request, reply) =>
      reply.code(levers.revokeUser(request.params.username) ? 204 : 404).send(),
    )
    scope.post<{ Params: { username: string } }>('/users/:username/reinstate', (request, reply) =>
      reply.code(levers.reinstateUser(request.params.username) ? 204 : 404).send(),
    )
    scope.get<{ Params: { username: string } }>('/users/:username/code', (request, reply) => {
      const next = levers.codeOf(request.params.username)
      return next === undefined ? reply.code(404).send() : reply.header('cache-control', 'no-store').send(next)
    })
    scope.get('/privacy-desk', (_request, reply) => reply.header('cache-control', 'no-store').send({ desk: levers.privacyDesk() }))
    scope.post<{ Params: { id: string } }>('/patients/:id/vip', (request, reply) => reply.code(levers.labelVip(request.params.id) ? 204 : 404).send())
    scope.post('/audit-keys/rotate', async () => ({ kid: await levers.rotateAuditKey() }))
    scope.post('/file-keys/rotate', async () => ({ kid: await levers.rotateFileKey() }))
    scope.post('/audit-trail', (request) => ({ filed: levers.fileMadeUpTrail(MadeUpTrail.parse(request.body)) }))
    scope.post('/workstations', (request) => ({ filed: levers.fileMadeUpWorkstations(MadeUpWorkstations.parse(request.body)) }))
    scope.post('/order-keys/rotate', async () => ({ kid: await levers.rotateOrderKey() }))
    scope.get('/strays', () => levers.strays())
    scope.get('/traffic', () => levers.traffic())
    scope.delete('/traffic', () => {
      levers.resetTraffic()
      return levers.traffic()
    })
  }
}
