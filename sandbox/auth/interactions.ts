import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { errors, type InteractionResults } from 'oidc-provider'
import { z } from 'zod'
import { assertNever } from '../../shared/assert-never.ts'
import type { Clock } from '../../shared/clock.ts'
import { parseForm } from '../form.ts'
import type { Account, Accounts } from './accounts.ts'
import { type Assurance, assurances, readAsked } from './assurance.ts'
import type { Application } from './clients.ts'
import type { Consents } from './consents.ts'
import { choicesOf, granting } from './granting.ts'
import { retryAfter } from './guess-limit.ts'
import { style } from './page-frame.ts'
import { choiceField, codePage, consentPage, continuePage, dead, signInPage, type SignInProblem } from './pages.ts'
import { signInSteps, type Step } from './sign-in-steps.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const Form = z
  .object({
    action: z.enum(['sign-in', 'code', 'start-over', 'cancel', 'allow', 'someone-else']),
    username: z.string().max(100).default(''),
    password: z.string().max(200).default(''),
    code: z.string().max(9).default(''),
  })
  // The choices of the consent page, each by its scope.
  .catchall(z.string().max(10))
type Form = z.infer<typeof Form>

const Asked = z.object({
  client_id: z.string(),
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
  consents: Consents
  known: ReadonlyMap<string, Application>
  hospital: string
  fhirBase: string
  baseUrl: string
  clock: Clock
}

/** The pages a person sees while signing in, under `/auth`. */
export function interactions(options: InteractionOptions): FastifyPluginAsync {
  const { provider, accounts, consents, known, hospital, baseUrl } = options
  const steps = signInSteps(options)
  const grants = granting(options)

  function askedBy(details: Interaction) {
    const asked = Asked.parse(details.params)
    const application = known.get(asked.client_id)
    if (application === undefined) throw new errors.InvalidClient('the client is gone')
    return { ...asked, application, scopes: asked.scope.split(' ') }
  }

  function signedInAt(details: Interaction): Account {
    const account = accounts.bySub(details.session?.accountId ?? '')
    if (account === undefined) throw new errors.SessionNotFound('the account is gone')
    return account
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

  async function welcome(request: FastifyRequest, reply: FastifyReply, details: Interaction, account: Account, assurance: Assurance) {
    const { application, scopes, prompt } = askedBy(details)
    await endPreviousSession(details)
    const { acr, amr } = assurances[assurance]
    const login = { accountId: account.sub, acr, amr: [...amr] }
    const grantId = prompt.split(' ').includes('consent') ? undefined : await grants.withoutAsking(application, account, scopes)
    return finish(request, reply, grantId === undefined ? { login } : { login, consent: { grantId } })
  }

  /** Shows the page of the step that a sign-in is at. */
  function showStep(request: FastifyRequest, reply: FastifyReply, details: Interaction, more: { status?: number; typed?: string; problem?: SignInProblem } = {}) {
    const { application, login_hint: hint, redirect_uri: redirectUri } = askedBy(details)
    const { status = 200, typed = hint, problem } = more
    const pending = steps.pending(details.uid)
    const view = { hospital, action: request.url, ...(problem === undefined ? {} : { problem }) }
    const page = pending === undefined ? signInPage({ ...view, application: application.name, username: typed }) : codePage({ ...view, username: pending.username })
    return send(reply, status, page, redirectUri)
  }

  async function goOn(request: FastifyRequest, reply: FastifyReply, details: Interaction, step: Step, typed: string): Promise<FastifyReply> {
    switch (step.kind) {
      case 'again':
        if (step.waitMs > 0) reply.header('retry-after', retryAfter(step.waitMs))
        return showStep(request, reply, details, { status: step.waitMs > 0 ? 429 : 422, typed, problem: step.problem })
      case 'code':
        return showStep(request, reply, details)
      case 'unmet':
        return finish(request, reply, { error: 'unmet_authentication_requirements', error_description: 'The person has no second factor.' })
      case 'signed-in':
        return welcome(request, reply, details, step.account, step.assurance)
      default:
        return assertNever(step)
    }
  }

  /** Begins the same request again, with a password. */
  function askAgain(reply: FastifyReply, details: Interaction): FastifyReply {
    const entries = Object.entries(details.params).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []))
    const again = new URLSearchParams(entries)
    again.set('prompt', 'login')
    return reply.redirect(`${baseUrl}/auth/authorize?${again}`, 303)
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, details: Interaction, form: Form): Promise<FastifyReply> {
    const isLogin = details.prompt.name === 'login'
    switch (form.action) {
      case 'cancel':
        steps.startOver(details.uid)
        return finish(request, reply, { error: 'access_denied', error_description: 'The person cancelled.' })
      case 'start-over':
        steps.startOver(details.uid)
        return isLogin ? showStep(request, reply, details) : askAgain(reply, details)
      case 'sign-in':
        if (!isLogin) throw new errors.SessionNotFound('this is past the password')
        return goOn(request, reply, details, await steps.password(details.uid, { address: request.ip, ...form }, readAsked(details.params)), form.username)
      case 'code':
        if (!isLogin) throw new errors.SessionNotFound('this is past the code')
        return goOn(request, reply, details, steps.code(details.uid, { address: request.ip, code: form.code }), '')
      case 'someone-else':
        return askAgain(reply, details)
      case 'allow': {
        if (isLogin) throw new errors.SessionNotFound('nobody has signed in')
        const { application, scopes } = askedBy(details)
        const account = signedInAt(details)
        const choices = choicesOf(scopes, account)
        const allowed = new Set(application.isOwn ? choices : choices.filter((scope) => form[choiceField(scope)] === 'yes'))
        return finish(request, reply, { consent: { grantId: await grants.asDecided(application, account, scopes, allowed) } })
      }
      default:
        return assertNever(form.action)
    }
  }

  function show(request: FastifyRequest, reply: FastifyReply, details: Interaction): FastifyReply {
    if (details.prompt.name === 'login') return showStep(request, reply, details)
    const { application, scopes, redirect_uri: redirectUri } = askedBy(details)
    const account = signedInAt(details)
    const view = { hospital, action: request.url, name: account.name }
    if (application.isOwn) {
      const wants = ['Show and write records, as far as your role allows', ...(scopes.includes('offline_access') ? ['Stay signed in until you sign out'] : [])]
      return send(reply, 200, continuePage({ ...view, wants }), redirectUri)
    }
    const before = consents.recall(account.sub, application.clientId)
    const choices = choicesOf(scopes, account).map((scope) => ({ scope, isChosen: before.get(scope) ?? true }))
    return send(reply, 200, consentPage({ ...view, application: application.name, choices }), redirectUri)
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
          explanation: 'Go back to the application and sign in again.',
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
