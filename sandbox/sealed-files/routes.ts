import type { FastifyPluginAsync } from 'fastify'
import type { EncryptionKeys } from '../encryption-keys/index.ts'

/** `GET /file-keys`: the key that workstations seal files to. Nobody signs it: TLS and the client's pins say whose it is. */
export function fileKeyRoutes(keys: EncryptionKeys): FastifyPluginAsync {
  return async (app) => {
    app.get('/', (_request, reply) => reply.header('cache-control', 'max-age=300').type('application/jwk-set+json').send(JSON.stringify(keys.published())))
  }
}
