import type { FastifyInstance } from 'fastify'
import { assertNever } from '../shared/assert-never.ts'
import type { Faults, FaultSwitches } from './faults/index.ts'

/** What happens to a request before anything of the EHR sees it. */
export type Interception =
  | { kind: 'drop' }
  | { kind: 'answer'; status: number; type: string; body: string }
  | { kind: 'redirect'; to: string }

const discoveryPaths = ['/fhir/R4/.well-known/smart-configuration', '/auth/.well-known/openid-configuration']

const portal: Interception = {
  // What a guest network's sign-in page looks like to a client that expected JSON.
  kind: 'answer',
  status: 200,
  type: 'text/html; charset=utf-8',
  body: '<!doctype html><title>Welcome to guest Wi-Fi</title><p>Please accept the terms of use.',
}

const broken = (status: number, body = 'The server is broken on purpose.'): Interception => ({
  kind: 'answer',
  status,
  type: 'text/plain; charset=utf-8',
  body,
})

function portOf(redirectUri: string | null): string | undefined {
  return redirectUri !== null && URL.canParse(redirectUri) ? new URL(redirectUri).port : undefined
}

function brokenDiscovery(fault: Faults['discovery']): Interception | undefined {
  switch (fault) {
    case 'ok':
    case 'wrong-issuer': // answered, with a lie in it
      return undefined
    case 'server-error':
      return broken(500)
    case 'missing':
      return broken(404)
    case 'not-json':
      return portal
    default:
      return assertNever(fault)
  }
}

function brokenFhir(fault: Faults['fhir'], path: string, otherHost: string): Interception | undefined {
  switch (fault) {
    case 'ok':
      return undefined
    case 'redirect':
      return { kind: 'redirect', to: `${otherHost}/elsewhere${path}` }
    case 'server-error':
      return broken(503)
    case 'not-json':
      return portal
    default:
      return assertNever(fault)
  }
}

/** Decides by the faults what becomes of a request. Undefined: it goes on, untouched. The control plane always does. Pure. */
export function intercept(
  path: string,
  faults: Faults,
  places: { otherHost: string; fixedRedirectPort: number },
): Interception | undefined {
  // Not by URL: `//` is a path that a client may send, and no URL.
  const [pathname = '', query = ''] = path.split('?', 2)
  if (pathname.startsWith('/sandbox/')) return undefined
  if (faults.network === 'cut') return { kind: 'drop' }
  if (discoveryPaths.includes(pathname)) return brokenDiscovery(faults.discovery)
  if (pathname === '/auth/token' && faults.tokenEndpoint !== 'ok') {
    return faults.tokenEndpoint === 'server-error' ? broken(503) : portal
  }
  if (pathname === '/auth/authorize' && faults.redirectPorts === 'fixed') {
    const port = portOf(new URLSearchParams(query).get('redirect_uri'))
    if (port !== String(places.fixedRedirectPort)) return broken(400, 'redirect_uri is not registered')
  }
  if (faults.orderStream === 'absent' && (pathname.startsWith('/lockout/') || pathname === '/.well-known/ssf-configuration')) return broken(404)
  if (faults.introspection === 'absent' && pathname === '/auth/introspect') return broken(404)
  if (pathname.startsWith('/fhir/R4/')) return brokenFhir(faults.fhir, path, places.otherHost)
  return undefined
}

/** Who followed a redirect to the other host. */
export interface Strays {
  requests: number
  withToken: number
}

export interface EdgeOptions {
  faults: FaultSwitches
  skewSeconds: () => number
  otherHost: string
  fixedRedirectPort: number
}

/** Puts the faults in front of every route. Gives the count of those who followed a redirect to the other host. */
export function faultyEdge(app: FastifyInstance, options: EdgeOptions): Strays {
  const strays: Strays = { requests: 0, withToken: 0 }

  app.addHook('onRequest', async (request, reply) => {
    const skew = options.skewSeconds()
    if (skew !== 0) reply.raw.setHeader('date', new Date(Date.now() + skew * 1000).toUTCString())

    const interception = intercept(request.url, options.faults.current(), options)
    if (interception === undefined) return
    switch (interception.kind) {
      case 'drop':
        reply.hijack()
        request.raw.socket.destroy()
        return
      case 'redirect':
        await reply.redirect(interception.to, 307)
        return
      case 'answer':
        await reply.code(interception.status).type(interception.type).send(interception.body)
        return
      default:
        assertNever(interception)
    }
  })

  app.all('/elsewhere/*', async (request, reply) => {
    strays.requests += 1
    if (request.headers.authorization !== undefined) strays.withToken += 1
    return reply.code(200).type('application/fhir+json').send('{"resourceType":"Bundle","type":"searchset"}')
  })
  return strays
}
