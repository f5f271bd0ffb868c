import type { FastifyInstance } from 'fastify'

const methods = 'GET, POST, PUT, DELETE'
const asked = 'Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-None-Exist, X-Request-Id, Category, X-Security-Context'
const shown = 'ETag, Last-Modified, Location, Content-Location, Retry-After'

/**
 * Lets the pages of applications that are registered here ask the API from a browser (CORS, Fetch §3.2): these origins, below `prefix`,
 * with a token and never with a cookie. Everybody else is answered as if there were no such thing, and their browser keeps it from them.
 */
export function crossOrigin(app: FastifyInstance, prefix: string, origins: ReadonlySet<string>): void {
  const originOf = ({ url, headers }: { url: string; headers: { origin?: string | undefined } }) =>
    url.startsWith(`${prefix}/`) && headers.origin !== undefined && origins.has(headers.origin) ? headers.origin : undefined

  app.addHook('onRequest', async (request, reply) => {
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (!isPreflight || originOf(request) === undefined) return
    await reply.code(204).headers({ 'access-control-allow-methods': methods, 'access-control-allow-headers': asked, 'access-control-max-age': '600' }).send()
  })
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith(`${prefix}/`)) return
    // For the others too: what a cache kept for one origin is not for another. The API says so of itself, among the rest.
    reply.header('vary', 'Origin')
    const origin = originOf(request)
    if (origin !== undefined) reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': shown })
  })
}
