import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { lockoutDocument } from '../../sandbox/lockout/document.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { reportAlert } from './lockout/alert.ts'
import { challengeOf } from './lockout/challenge.ts'
import { type Ask, openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { openProbe, type Probe, smallSandbox, userWith } from './sandbox-client.ts'

const file = new URL('../../docs/lockout-api.json', import.meta.url)
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({
    security: z.array(z.record(z.string(), z.array(z.string()))),
    requestBody: z.looseObject({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })) }).optional(),
    responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })).optional() })),
  }))),
})

let sandbox: Sandbox
let probe: Probe
let ask: Ask
let close: () => Promise<void>
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  ;({ ask, close } = openAsk(sandbox))
})
afterAll(async () => {
  await close()
  await probe.close()
  await sandbox.close()
})

describe('docs/lockout-api.json', () => {
  it('says what the server reads and answers by: to write it anew, npx vitest run lockout-document -u', async () => {
    await expect(`${JSON.stringify(lockoutDocument(), null, 2)}\n`).toMatchFileSnapshot(file.pathname)
  })

  it('holds for every answer of a day at the desk, and every address in it was asked', async () => {
    const { paths } = Document.parse(JSON.parse(await readFile(file, 'utf8')))
    const asked = new Set<string>()
    /** Asks, and holds question and answer against the document. */
    async function held(method: 'GET' | 'POST', path: string, authorization: string, body?: object) {
      const [bare = ''] = path.split('?')
      const template = bare.replace(/(workstations|users|orders|alerts)\/[^/]+/, '$1/{id}')
      const operation = paths[template]?.[method.toLowerCase()]
      if (operation === undefined) throw new Error(`${method} ${template} is not in the document`)
      asked.add(`${method} ${template}`)
      const question = operation.requestBody?.content['application/json']?.schema
      const said = await ask(method, path, authorization, body)
      if (question !== undefined && said.status < 300) expect(() => z.fromJSONSchema(question).parse(body)).not.toThrow()
      const answer = operation.responses[String(said.status)]
      if (answer === undefined) throw new Error(`${method} ${template} answered ${said.status}, which is not in the document`)
      const schema = answer.content?.['application/json']?.schema
      if (schema === undefined) expect(said.text).toBe('')
      else z.fromJSONSchema(schema).parse(JSON.parse(said.text))
      return said
    }

    const station = await openStation(sandbox, ask)
    const nurse = await tokensOf(sandbox, probe, 'nurse', 0, 'openid user/*.rs')
    const registered = await station.register(nurse.access_token)
    const [first, second] = await Promise.all([0, 1].map(async (index) => `Bearer ${(await tokensOf(sandbox, probe, 'support', index)).access_token}`)) as [string, string]
    const sub = nurse.claims()?.sub ?? ''
    const reason = 'A whole day at the desk'
    const target = { workstations: [station.deviceId] }
    const polled = async (body: object) => held('POST', '/lockout/poll', await station.authorize('/lockout/poll'), body)

    await held('POST', '/lockout/status', await station.authorize('/lockout/status'), { state: 'active', since: new Date().toISOString(), user: sub, site: 'North', appVersion: '1', policyVersion: '2', unsent: { drafts: 1, changes: 0 }, people: { named: [{ user: sub, waits: true, since: new Date().toISOString(), unsent: { drafts: 1, changes: 0 } }], others: 0 }, carriedOut: [] })
    await held('POST', '/lockout/status', await station.authorize('/lockout/status'), { state: 'asleep' })
    await held('GET', '/lockout/workstations?site=North&limit=5', first)
    await held('GET', '/lockout/workstations?limit=none', first)
    await held('GET', `/lockout/workstations/${station.deviceId}`, first)
    await held('GET', '/lockout/workstations/nobody', first)
    await held('GET', '/lockout/users', first)
    await held('GET', `/lockout/users/${sub}`, first)
    await held('POST', '/lockout/previews', first, { kind: 'wipe', target: { users: [sub] } })
    await held('POST', '/lockout/previews', first, { kind: 'disable-user', target })
    const key = { idempotencyKey: 'one-press-of-the-button' }
    const lock = await held('POST', '/lockout/orders', first, { kind: 'lock', target, reason, ...key })
    await held('POST', '/lockout/orders', first, { kind: 'lock', target, reason, ...key })
    await held('POST', '/lockout/orders', first, { kind: 'wipe', target, reason, ...key })
    await held('POST', '/lockout/orders', first, { kind: 'message', target, reason })
    const reset = { kind: 'reset-pin', target: { users: [sub] }, reason }
    await held('POST', '/lockout/orders', first, reset)
    await held('POST', '/lockout/orders', first, { ...reset, identifiedBy: 'staff-number', identification: 'Badge 2210 and their birth name' })
    const [jti = ''] = Object.keys((await polled({ returnImmediately: true })).body.sets ?? {})
    await polled({ returnImmediately: true, ack: [jti] })
    await polled({ maxEvents: -1 })
    await held('GET', `/lockout/orders/${lock.body.id}`, first)
    await held('POST', `/lockout/orders/${lock.body.id}/undo`, first, { reason })
    const wipe = await held('POST', '/lockout/orders', first, { kind: 'wipe', target, reason })
    await held('POST', `/lockout/orders/${wipe.body.id}/agreement`, first, { reason })
    await held('POST', `/lockout/orders/${wipe.body.id}/agreement`, second, { reason })
    const other = await held('POST', '/lockout/orders', first, { kind: 'wipe', target, reason })
    await held('POST', `/lockout/orders/${other.body.id}/rejection`, first, { reason })
    const help = { deviceId: station.deviceId, user: sub, challenge: challengeOf(registered.body.unlockSecret), identifiedBy: 'called-back', identification: 'Rang the ward back', reason }
    await held('POST', '/lockout/challenges', first, help)
    await held('POST', '/lockout/challenges', first, { ...help, challenge: '22222-22229' })
    await held('POST', '/lockout/challenges', first, { ...help, user: 'nobody' })
    await held('POST', '/lockout/challenges', first, { ...help, identification: 'short' })
    await held('GET', '/lockout/orders?limit=2', first)
    for (const history of [`workstations/${station.deviceId}/history`, `users/${sub}/history`, 'history']) await held('GET', `/lockout/${history}?limit=3`, first)
    const reporter = (await tokensOf(sandbox, probe, 'nurse', 0, 'openid user/AuditEvent.c')).access_token
    await reportAlert(ask, `Bearer ${reporter}`, { who: `Practitioner/${userWith(sandbox, 'nurse').practitioner}`, device: station.deviceId, patient: 'somebody', correlation: '0a1b2c3d' })
    const { alerts: [alert] = [] } = (await held('GET', '/lockout/alerts?limit=5', first)).body
    await held('POST', `/lockout/alerts/${alert?.id}/closing`, first, { finding: 'harmless', comment: reason })
    await held('POST', `/lockout/alerts/${alert?.id}/taking`, first, {})
    await held('POST', `/lockout/alerts/${alert?.id}/comments`, second, { comment: 'Called the ward' })
    await held('POST', `/lockout/alerts/${alert?.id}/closing`, first, { finding: 'harmless', comment: reason })
    await held('POST', `/lockout/alerts/${alert?.id}/taking`, second, {})
    await held('GET', '/lockout/alerts?state=closed', first)
    await held('POST', '/lockout/alerts/nobody/comments', first, { comment: 'Called the ward' })
    await held('GET', '/lockout/jwks', '')
    await held('GET', '/lockout/orders', `Bearer ${nurse.access_token}`)
    await held('POST', '/lockout/orders', 'Bearer made-up', {})

    const every = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    expect([...asked].sort()).toEqual(every.sort())
  })

  it('names for each address who may, and nobody gets in without', async () => {
    const { paths } = Document.parse(JSON.parse(await readFile(file, 'utf8')))
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const { status } = await ask(method.toUpperCase(), path.replace('{id}', 'someone'), '', method === 'post' ? {} : undefined)
        expect({ path, method, status }).toEqual({ path, method, status: security.length === 0 ? 200 : 401 })
      }
    }
  })
})
