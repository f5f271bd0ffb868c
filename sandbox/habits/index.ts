import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FaultSwitches } from '../faults/index.ts'
import { type Asked, refusedByHabit } from './asking.ts'
import { writtenByHabit } from './answering.ts'

export { understoodByHabit } from './asking.ts'

export interface HabitOptions {
  readonly faults: FaultSwitches
  /** The FHIR base, without a slash at the end. */
  readonly baseUrl: string
  /** FHIR requests that are being answered just now, this one among them. */
  readonly underWay: () => number
}

const fhirJson = 'application/fhir+json'

function askedOf(request: FastifyRequest, basePath: string): Asked | undefined {
  // As it was asked, not as it is understood.
  const [pathname = '', query = ''] = request.originalUrl.split('?', 2)
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return undefined
  const form = typeof request.body === 'string' ? request.body : ''
  const names = [...new URLSearchParams(query).keys(), ...(pathname.endsWith('/_search') ? new URLSearchParams(form).keys() : [])]
  return { method: request.method, path: pathname.slice(basePath.length + 1), parameters: names.map((name) => name.split(':', 1)[0] ?? '') }
}

const outcome = (code: string) => JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] })

/** Puts the habits of real servers around the FHIR API, which itself has none. To be registered before it. */
export function habitsOfRealServers(app: FastifyInstance, { faults, baseUrl, underWay }: HabitOptions): void {
  const basePath = new URL(baseUrl).pathname
  const isFhir = (request: FastifyRequest) => request.url.startsWith(`${basePath}/`) && !request.url.startsWith(`${basePath}/.well-known/`)

  app.addHook('onRequest', async (request, reply) => {
    if (!isFhir(request)) return
    const { etags, atOnce } = faults.current()
    if (etags === 'absent') delete request.raw.headers['if-none-match']
    if (underWay() > atOnce) await reply.code(429).type(fhirJson).send(outcome('throttled'))
  })

  // After the caller is known: nobody learns of a server's habits without signing in.
  app.addHook('preHandler', async (request, reply) => {
    const asked = askedOf(request, basePath)
    const refused = asked && refusedByHabit(asked, faults.current())
    if (refused !== undefined) await reply.code(refused.status).type(fhirJson).send(outcome(refused.code))
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (!isFhir(request)) return payload
    const habits = faults.current()
    if (habits.etags === 'absent') reply.removeHeader('etag')
    const type = reply.getHeader('content-type')
    if (typeof payload !== 'string' || typeof type !== 'string' || !type.startsWith(fhirJson)) return payload
    if (habits.contentType !== fhirJson) reply.type(`${habits.contentType}; charset=utf-8`)
    return reply.statusCode === 200 ? writtenByHabit(payload, habits, baseUrl) : payload
  })
}
