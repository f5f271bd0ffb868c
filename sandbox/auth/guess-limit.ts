import type { FastifyInstance, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import type { Clock } from '../../shared/clock.ts'
import { tryLimit } from './try-limit.ts'

const windowMs = 60_000

/** The seconds of a wait, for `Retry-After` (RFC 9110 §10.2.3). */
export const retryAfter = (waitMs: number): string => String(Math.max(1, Math.ceil(waitMs / 1000)))

/**
 * Slows down an address that is refused again and again: `tries` a minute. What is guessed behind it is a key of 256 bits or a
 * signature, so that a failure is counted when it is known; a burst that is under way gains nothing.
 */
export function limitGuesses(app: FastifyInstance, options: { tries: number; clock: Clock; isGuess: (request: FastifyRequest, status: number) => boolean }): void {
  const limit = tryLimit({ tries: options.tries, windowMs, clock: options.clock })
  app.addHook('onRequest', async (request, reply) => {
    const wait = limit.waitFor(request.ip)
    if (wait > 0) await reply.code(429).header('retry-after', retryAfter(wait)).send({ error: 'too-many-tries' })
  })
  app.addHook('onResponse', async (request, reply) => {
    if (reply.statusCode !== 429 && options.isGuess(request, reply.statusCode)) limit.failed(request.ip)
  })
}

const limited: ReadonlySet<string> = new Set(['/token', '/introspect', '/revoke'])
/** RFC 6749 §5.2: what a guesser of codes, refresh tokens or client secrets is answered. */
const guesses: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_client'])

const errorOf = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined)

/** The same for the provider's own endpoints. Registered before anything that changes answers. */
export function limitProviderGuesses(provider: Provider, { tries, clock }: { tries: number; clock: Clock }): void {
  const limit = tryLimit({ tries, windowMs, clock })
  provider.use(async (context, next) => {
    if (!limited.has(context.path)) return next()
    const wait = limit.waitFor(context.ip)
    if (wait > 0) {
      context.status = 429
      context.set('retry-after', retryAfter(wait))
      context.set('cache-control', 'no-store')
      context.body = { error: 'slow_down' }
      return undefined
    }
    await next()
    const error = errorOf(context.body)
    if (typeof error === 'string' && guesses.has(error)) limit.failed(context.ip)
    return undefined
  })
}
