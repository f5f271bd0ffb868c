import type { FastifyPluginAsync } from 'fastify'
import type Provider from 'oidc-provider'

/**
 * Hands every other request under `/auth` to the provider, which reads the body itself. It finds its own place by
 * comparing `url` with `originalUrl`, as it would behind Express.
 */
export function mountProvider(provider: Provider): FastifyPluginAsync {
  const handle = provider.callback()
  return async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.all('/*', async (request, reply) => {
      reply.hijack()
      const url = request.raw.url ?? '/'
      await handle(Object.assign(request.raw, { originalUrl: url, url: url.replace(/^\/auth/, '') }), reply.raw)
    })
  }
}
