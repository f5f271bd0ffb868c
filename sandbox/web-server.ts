import fastify, { type FastifyInstance } from 'fastify'
import type { FaultSwitches } from './faults/index.ts'
import { understoodByHabit } from './habits/index.ts'
import type { Listener } from './listener.ts'

/** A web server on that listener. It logs nothing: what passes through it is about patients. */
export function webServer(listener: Listener, faults: FaultSwitches): FastifyInstance {
  const app = fastify({
    logger: false,
    rewriteUrl: ({ url = '/' }) => (url.startsWith('/fhir/R4/') ? understoodByHabit(url, faults.current()) : url),
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
    serverFactory: (handler) => {
      listener.server.on('request', handler)
      return listener.server
    },
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }))
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    return reply.code(status).send({ error: status === 500 ? 'failed' : 'request-malformed' })
  })
  return app
}
