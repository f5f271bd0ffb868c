import { Agent, fetch } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { smallSandbox } from './sandbox-client.ts'

let sandbox: Sandbox
let agent: Agent
beforeAll(async () => {
  sandbox = await smallSandbox()
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
