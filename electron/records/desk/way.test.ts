import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { type Answer, answeringEhr } from '../testing/answering-ehr.ts'
import { Workstation } from './answers.ts'
import { createDeskWay } from './way.ts'

const origin = 'https://ehr.example'
const never = new AbortController().signal
const Said = z.object({ said: z.string() })

/** A desk at an EHR that answers what it is told to, in turn; of the addresses that follow its configuration. */
function deskThat(answers: readonly (Answer | ChartkeepError)[], place: unknown = `${origin}/lockout`) {
  const { calls, transport, tokens } = answeringEhr(answers, { at: '/.well-known/ssf-configuration', is: place === null ? { status: 404, json: {} } : { json: { desk_endpoint: place } } })
  let heard = 0
  const way = createDeskWay({ transport, fhirBase: `${origin}/fhir/R4`, tokens, clock: { now: () => 0 }, pause: () => Promise.resolve(), random: () => 0, reached: () => undefined, heard: () => void (heard += 1) })
  const asked = () => calls.filter(({ url }) => !url.includes('.well-known')).map(({ url, headers = {} }) => `${url} ${headers['authorization']}`)
  return { way, asked, calls, heard: () => heard }
}
const failureOf = (work: Promise<unknown>) => work.then(() => 'none', kindOf)

describe('the way to the desk', () => {
  it('is found at the EHR, once, and is gone with a token that is replaced when it is refused', async () => {
    const { way, asked, calls } = deskThat([{ status: 401, json: {} }, { json: { said: 'yes' } }, { json: { said: 'again' } }])
    expect(await way.read('users', Said, never)).toEqual({ said: 'yes' })
    expect(await way.read('users', Said, never)).toEqual({ said: 'again' })
    expect(asked()).toEqual([`${origin}/lockout/users Bearer token-1`, `${origin}/lockout/users Bearer token-2`, `${origin}/lockout/users Bearer token-2`])
    expect(calls.filter(({ url }) => url.includes('.well-known'))).toMatchObject([{ headers: { accept: 'application/json' } }])
  })

  it('leads to no other place: whoever answers there would hold a token that locks a hospital', async () => {
    for (const place of ['https://evil.example/lockout', 'http://ehr.example/lockout', `${origin}:8443/lockout`]) {
      const { way, asked } = deskThat([], place)
      expect(await failureOf(way.read('users', Said, never)), place).toBe('redirected')
      expect(asked()).toEqual([])
    }
    expect(await failureOf(deskThat([], null).way.read('users', Said, never))).toBe('not-found')
  })

  it.each([
    [409, 'not-oneself', 'desk-not-oneself'], [409, 'needs-another-person', 'desk-needs-another'], [409, 'cannot-be-undone', 'desk-cannot-undo'], [410, 'order-lapsed', 'desk-lapsed'],
    [409, 'not-awaiting', 'desk-decided'], [409, 'not-given', 'desk-decided'], [409, 'key-of-another-order', 'conflict'], [404, 'no-such-order', 'not-found'], [403, 'scope-missing', 'forbidden'],
    [422, 'target-must-be-users', 'invalid-input'], [409, 'constructor', 'conflict'], [500, 'failed', 'server'],
  ])('says what %i "%s" means', async (status, error, kind) => {
    expect(await failureOf(deskThat([{ status, json: { error } }]).way.write('orders/1/undo', {}, Said, never))).toBe(kind)
  })

  it('takes nothing that is not what was asked for', async () => {
    for (const answer of [{ text: '<html>Sign in to the guest network</html>', type: 'text/html' }, { text: '{"said":' }, { json: { said: 1 } }, { json: [] }]) expect(await failureOf(deskThat([answer]).way.read('users', Said, never))).toBe('malformed')
    expect(await failureOf(deskThat([{ text: 'x'.repeat(17 * 1024 * 1024) }]).way.read('users', Said, never))).toBe('too-large')
  })

  it('is where the EHR is heard, which takes the token and answers; not where it refuses one, nor where somebody else answers @164.312(a)(2)(iii)', async () => {
    for (const status of [200, 201]) {
      const { way, heard } = deskThat([{ status, json: { said: 'yes' } }])
      await way.write('orders', {}, Said, never)
      expect(heard()).toBe(1)
    }
    const refused: Answer = { status: 401, json: {} }
    const guestNetwork: Answer = { text: '<html>Sign in to the guest network</html>', type: 'text/html' }
    for (const answers of [[refused, refused], [{ status: 403, json: {} }], [{ status: 500, json: {} }], [guestNetwork], [new ChartkeepError('offline')]]) {
      const { way, heard } = deskThat(answers)
      expect(await failureOf(way.write('orders', {}, Said, never))).not.toBe('none')
      expect(heard()).toBe(0)
    }
    // The configuration is anybody's.
    const none = deskThat([], null)
    await failureOf(none.way.read('users', Said, never))
    expect(none.heard()).toBe(0)
  })

  it('sends an order again under its key where nobody knows what became of it, and what has none only once', async () => {
    const broken = new ChartkeepError('offline', {}, { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
    const keyed = deskThat([broken, { json: { said: 'given' } }])
    expect(await keyed.way.write('orders', {}, Said, never, 'one-press-of-the-button')).toEqual({ said: 'given' })
    expect(keyed.asked()).toHaveLength(2)
    const bare = deskThat([broken, { json: { said: 'agreed' } }])
    expect(await failureOf(bare.way.write('orders/1/agreement', {}, Said, never))).toBe('offline')
    expect(bare.asked()).toHaveLength(1)
  })
})

describe('a workstation as the EHR tells it', () => {
  const told = { deviceId: 'ws_0000000000000001', displayName: 'WS\u202e-1\u0007', site: 'N'.repeat(600), state: 'active', appVersion: '1', policyVersion: '2', unsent: { drafts: 1, changes: 0 }, isOnline: true, registeredAt: '2026-11-28T12:00:00Z', waiting: 0 }

  it('has a name that is read as it is written, and times as numbers', () => {
    expect(Workstation.parse(told)).toMatchObject({ displayName: 'WS-1', site: 'N'.repeat(500), registeredAt: Date.UTC(2026, 10, 28, 12) })
  })

  it('in a state that this version does not know is in none that it knows', () => {
    expect(Workstation.parse({ ...told, state: 'on-fire' }).state).toBe('unknown')
  })
})
