import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { errors, type InteractionResults } from 'oidc-provider'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { parseForm } from '../form.ts'
import type { Account, Accounts } from './accounts.ts'
import { continuePage, dead, signInPage, type SignInProblem, style } from './pages.ts'
import { clientId, passwordSignIn } from './provider.ts'
import { identityScopes, narrowScopes } from './scopes.ts'
import { tryLimit } from './try-limit.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const Form = z.object({
  action: z.enum(['sign-in', 'cancel', 'continue', 'someone-else']),
  username: z.string().max(100).default(''),
  password: z.string().max(200).default(''),
})

const Asked = z.object({
  scope: z.string().default(''),
  prompt: z.string().default(''),
  login_hint: z.string().max(100).default(''),
  redirect_uri: z.string().default(''),
})

/** Sends a page that runs no script, loads nothing but our style, and submits only here or, redirected, to the client. */
function send(reply: FastifyReply, status: number, page: string, redirectUri = ''): FastifyReply {
  const client = URL.canParse(redirectUri) ? ` ${new URL(redirectUri).origin}` : ''
  return reply
    .code(status)
    .headers(pageHeaders(client))
    .send(page)
}

/** The headers of every page. `formTargets`: origins besides our own that a submitted form may be redirected to. */
export function pageHeaders(formTargets = ''): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self'${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

export interface InteractionOptions {
  provider: Provider
  accounts: Accounts
  hospital: string
  fhirBase: string
  baseUrl: string
  clock: Clock
}

/** The pages a person sees while signing in, under `/auth`. */
export function interactions(options: InteractionOptions): FastifyPluginAsync {
  const { provider, accounts, hospital, fhirBase, baseUrl, clock } = options
  // NIST SP 800-63B-4 §3.2.2 asks for a limit; five a minute bears a typing mistake and starves a guesser.
  const limit = tryLimit({ tries: 5, windowMs: 60_000, clock })

  /** First-party: signing in is the consent, unless the client asked for a question of its own. */
  async function grantFor(account: Account, asked: z.infer<typeof Asked>): Promise<string> {
    const scopes = asked.scope.split(' ')
    const grant = new provider.Grant({ accountId: account.sub, clientId })
    grant.addOIDCScope(identityScopes.filter((scope) => scopes.includes(scope)).join(' '))
    grant.addResourceScope(fhirBase, narrowScopes(scopes, account.role).join(' '))
    return grant.save()
  }

  /** Ends the browser session that was there: what follows belongs to the person who has just given a password. */
  async function endPreviousSession(details: Interaction): Promise<void> {
    if (details.session === undefined) return
    const previous = await provider.Session.findByUid(details.session.uid)
    await previous?.destroy()
    delete details.session
    await details.persist()
  }

  async function finish(request: FastifyRequest, reply: FastifyReply, result: InteractionResults): Promise<FastifyReply> {
    return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303)
  }

  async function signIn(request: FastifyRequest, reply: FastifyReply, details: Interaction, form: z.infer<typeof Form>) {
    const asked = Asked.parse(details.params)
    const key = `${request.ip} ${form.username.trim().toLowerCase()}`
    const again = (status: number, problem: SignInProblem) =>
      send(reply, status, signInPage({ hospital, action: request.url, username: form.username, problem }), asked.redirect_uri)

    const wait = limit.waitFor(key)
    if (wait > 0) return again(429, { kind: 'too-many', waitSeconds: Math.ceil(wait / 1000) })
    // Counted before the password is looked at: tries sent at once do not slip through together.
    limit.failed(key)
    const account = await accounts.authenticate(form.username, form.password)
    if (account === undefined) return again(422, { kind: 'wrong' })
    limit.succeeded(key)

    await endPreviousSession(details)
    const login = { accountId: account.sub, ...passwordSignIn }
    const isAsked = asked.prompt.split(' ').includes('consent')
    return finish(request, reply, isAsked ? { login } : { login, consent: { grantId: await grantFor(account, asked) } })
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, details: Interaction, form: z.infer<typeof Form>) {
    if (form.action === 'cancel') {
      return finish(request, reply, { error: 'access_denied', error_description: 'The person cancelled.' })
    }
    if (details.prompt.name === 'login') return signIn(request, reply, details, form)
    const asked = Asked.parse(details.params)
    if (form.action === 'someone-else') {
      const entries = Object.entries(details.params).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      )
      const again = new URLSearchParams(entries)
      again.set('prompt', 'login')
      return reply.redirect(`${baseUrl}/auth/authorize?${again}`, 303)
    }
    const account = accounts.bySub(details.session?.accountId ?? '')
    if (account === undefined) throw new errors.SessionNotFound('the account is gone')
    return finish(request, reply, { consent: { grantId: await grantFor(account, asked) } })
  }

  function show(request: FastifyRequest, reply: FastifyReply, details: Interaction): FastifyReply {
    const asked = Asked.parse(details.params)
    if (details.prompt.name === 'login') {
      return send(reply, 200, signInPage({ hospital, action: request.url, username: asked.login_hint }), asked.redirect_uri)
    }
    const account = accounts.bySub(details.session?.accountId ?? '')
    if (account === undefined) throw new errors.SessionNotFound('the account is gone')
    const wants = [
      'Show and write records, as far as your role allows',
      ...(asked.scope.split(' ').includes('offline_access') ? ['Stay signed in until you sign out'] : []),
    ]
    return send(reply, 200, continuePage({ hospital, action: request.url, name: account.name, wants }), asked.redirect_uri)
  }

  return async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 8 * 1024 },
      (_request, body, done) => done(null, parseForm(body.toString())),
    )
    scope.setErrorHandler((error, _request, reply) => {
      const isGone = error instanceof errors.SessionNotFound
      return send(
        reply,
        isGone ? 410 : 400,
        dead({
          hospital,
          title: isGone ? 'This sign-in has ended' : 'This did not work',
          explanation: 'Go back to Chartkeep and sign in again.',
        }),
      )
    })

    scope.get('/pages.css', (_request, reply) =>
      reply.headers({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' }).send(style),
    )
    scope.get('/interaction/:uid', async (request, reply) =>
      show(request, reply, await provider.interactionDetails(request.raw, reply.raw)),
    )
    scope.post('/interaction/:uid', async (request, reply) => {
      // A form of another site must not sign anyone in or out. Browsers send this; other clients hold no one's cookie.
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin') throw new Error('a form of another site')
      const details = await provider.interactionDetails(request.raw, reply.raw)
      return answer(request, reply, details, Form.parse(request.body))
    })
  }
}
