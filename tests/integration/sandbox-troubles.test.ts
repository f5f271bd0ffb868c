import { Agent, fetch } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Sandbox } from '../../sandbox/server.ts'
import { openProbe, signedIn, smallSandbox } from './sandbox-client.ts'
import { type Asker, openAsker } from './switches/asking.ts'
import { casesOf, troubleNames } from './switches/names.ts'
import { troubleDeeds, type Troubled } from './switches/trouble-deeds.ts'

let sandbox: Sandbox
let agent: Agent
beforeAll(async () => {
  sandbox = await smallSandbox({ patients: 12 })
  agent = new Agent({ connect: { ca: sandbox.caPem } })
})
afterEach(() => {
  sandbox.faults.reset()
  sandbox.troubles.set([])
})
afterAll(async () => {
  await agent.close()
  await sandbox.close()
})

const metadata = async (headers: Record<string, string> = {}) => (await fetch(`${sandbox.fhirBase}/metadata`, { dispatcher: agent, headers })).status

async function control(method: string, path: string, body?: unknown, base = sandbox.baseUrl) {
  const answer = await fetch(`${base}/sandbox${path}`, {
    method, dispatcher: agent, headers: { authorization: `Bearer ${sandbox.controlSecret}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) } // JSON of the control plane, compared as a whole below
}

const teapot = { do: 'answer', status: 418 } as const

describe('trouble is made', () => {
  it('for one request by a header, by the holder of the secret alone', async () => {
    const trouble = { 'x-sandbox-trouble': JSON.stringify(teapot) }
    expect(await metadata({ ...trouble, 'x-sandbox-control': sandbox.controlSecret })).toBe(418)
    expect(await metadata({ ...trouble, 'x-sandbox-control': 'guessed' })).toBe(200)
    expect(await metadata(trouble)).toBe(200)
    expect(await metadata()).toBe(200)
  })

  it('from another process, counted, and ended', async () => {
    const troubles = [{ for: { path: '/fhir/R4/metadata', from: 2, times: 1 }, deed: teapot }]
    expect((await control('POST', '/troubles', troubles)).status).toBe(200)
    expect([await metadata(), await metadata(), await metadata()]).toEqual([200, 418, 200])
    expect((await control('GET', '/troubles')).body).toMatchObject({ asked: [3] })
    await control('POST', '/troubles', [{ deed: teapot }])
    await control('DELETE', '/faults')
    expect(await metadata()).toBe(200)
    expect((await control('POST', '/troubles', [{ deed: { do: 'explode' } }])).status).toBe(400)
  })

  it('never for the control plane, which is there under every certificate', async () => {
    const localhost = sandbox.baseUrl.replace('127.0.0.1', 'localhost')
    for (const certificate of ['foreign', 'self-signed', 'wrong-name', 'expired'] as const) {
      sandbox.faults.set({ certificate })
      await expect(metadata()).rejects.toThrow()
      expect((await control('DELETE', '/faults', undefined, localhost)).body).toMatchObject({ certificate: 'ours' })
      expect(await metadata()).toBe(200)
    }
    sandbox.troubles.set([{ for: { path: '/' }, deed: teapot }])
    expect((await control('DELETE', '/troubles')).status).toBe(204)
  })
})

describe('every trouble that can be made', () => {
  let ask: Asker
  let ann: string
  let stranger: string

  beforeAll(async () => {
    const probe = await openProbe(sandbox)
    const { access_token: token } = await signedIn(sandbox, probe)
    await probe.close()
    ask = openAsker(sandbox, () => token)
    const Found = z.object({ entry: z.array(z.object({ resource: z.object({ id: z.string() }) })).default([]) })
    const idsOf = async (path: string) => Found.parse((await ask.get(path)).json()).entry.map(({ resource }) => resource.id)
    const withProblems: string[] = []
    for (const patient of await idsOf('Patient?_count=50')) if ((await idsOf(`Condition?patient=${patient}`)).length > 1) withProblems.push(patient)
    ;[ann = '', stranger = ''] = withProblems
  })

  it('has its line, and what is in no line is no trouble', () => {
    expect(Object.keys(troubleDeeds).sort()).toEqual([...troubleNames].sort())
  })

  it.each(casesOf(troubleDeeds))('%s does what it says, and nothing to any other part', async (_name, { deed, type = 'Condition', holds }) => {
    const [path, otherPath] = [`${type}?patient=${ann}&_count=50`, `Encounter?patient=${ann}`]
    const [honest, other] = [await ask.get(path), await ask.get(otherPath)]
    sandbox.troubles.set([{ for: { type }, deed: typeof deed === 'function' ? deed(stranger) : deed }])
    const otherHost = sandbox.baseUrl.replace('127.0.0.1', 'localhost')
    const troubled: Troubled = { asker: ask, path, honest, places: { fhirBase: sandbox.fhirBase, otherHost } }
    await holds(troubled)
    expect((await ask.get(otherPath)).text).toBe(other.text)
    sandbox.troubles.set([])
    expect((await ask.get(path)).text).toBe(honest.text)
  })
})
