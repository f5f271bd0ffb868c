import { decodeJwt } from 'jose'
import { Agent, fetch } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { noFaults } from '../../sandbox/faults/index.ts'
import { startSandbox, type Sandbox } from '../../sandbox/server.ts'
import { openProbe, type Probe, signedIn } from './sandbox-client.ts'
import { openAsker } from './switches/asking.ts'
import { faultDeeds } from './switches/fault-deeds.ts'
import type { Faulty } from './switches/faulty.ts'
import { casesOf, faultNamed, faultNames } from './switches/names.ts'

let sandbox: Sandbox
let probe: Probe
let agent: Agent

beforeAll(async () => {
  sandbox = await startSandbox({ patients: 12 })
  probe = await openProbe(sandbox)
  agent = new Agent({ connect: { ca: sandbox.caPem } })
})
afterEach(() => {
  sandbox.faults.reset()
  sandbox.setClockSkew(0)
})
afterAll(async () => {
  await agent.close()
  await probe.close()
  await sandbox.close()
})

describe('every switch that the sandbox has', () => {
  let patient: string

  beforeAll(async () => {
    const { access_token: token } = await signedIn(sandbox, probe)
    const ask = openAsker(sandbox, () => token)
    const Found = z.object({ entry: z.array(z.object({ resource: z.object({ id: z.string() }) })).default([]) })
    const idsOf = async (path: string) => Found.parse((await ask.get(path)).json()).entry.map(({ resource }) => resource.id)
    const counted = await Promise.all((await idsOf('Patient?_count=50')).map(async (id) => ({ id, count: (await idsOf(`Observation?patient=${id}&category=laboratory&_count=100`)).length })))
    const [fullest] = counted.sort((a, b) => b.count - a.count)
    if (fullest === undefined || fullest.count < 100) throw new Error('nobody here has a hundred results')
    patient = fullest.id
  })

  it('has its line, and what is in no line is no switch', () => {
    expect(Object.keys(faultDeeds).sort()).toEqual([...faultNames].sort())
  })

  it.each(casesOf(faultDeeds))('%s does what it says', async (name, holds) => {
    const tokens = await signedIn(sandbox, probe)
    let isTurned = false
    const turn = (): void => {
      sandbox.faults.set(faultNamed(name))
      isTurned = true
    }
    const faulty: Faulty = { sandbox, probe, tokens, asker: openAsker(sandbox, () => tokens.access_token), patient, turn }
    await holds(faulty)
    expect(isTurned).toBe(true)
  })
})

describe('the clock', () => {
  it('that is ten minutes behind shows in the ID token and in Date', async () => {
    sandbox.setClockSkew(-600)
    const answer = await fetch(`${sandbox.baseUrl}/auth/token`, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token',
    })
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - (Date.now() - 600_000))).toBeLessThan(5_000)
    await answer.arrayBuffer()

    const late = await openProbe(sandbox, { skewSeconds: -600 })
    const tokens = await signedIn(sandbox, late)
    expect(Math.abs(Number(decodeJwt(tokens.id_token ?? '').iat) - (Date.now() / 1000 - 600))).toBeLessThan(5)
    await late.close()
  })
})

describe('the control plane', () => {
  it('brings back a network that is cut', async () => {
    const control = (method: string, body?: object) =>
      fetch(`${sandbox.baseUrl}/sandbox/faults`, {
        dispatcher: agent,
        method,
        headers: { authorization: `Bearer ${sandbox.controlSecret}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    expect((await control('POST', { network: 'cut' })).status).toBe(200)
    await expect(fetch(`${sandbox.fhirBase}/metadata`, { dispatcher: agent })).rejects.toMatchObject({ cause: { message: expect.stringContaining('closed') } })
    const restored = await fetch(`${sandbox.baseUrl}/sandbox/faults`, {
      dispatcher: agent,
      method: 'DELETE',
      headers: { authorization: `Bearer ${sandbox.controlSecret}` },
    })
    expect(await restored.json()).toEqual(noFaults)
    expect(await probe.api('Patient?_count=1', 'x')).toBe(401)
  })

  it('obeys the holder of its secret alone', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${sandbox.controlSecret}`, `Bearer ${sandbox.controlSecret}x`]) {
      const answer = await probe.post('/sandbox/faults', { network: 'cut' }, { authorization })
      expect(answer.status).toBe(401)
    }
    expect(sandbox.faults.current()).toEqual(noFaults)
  })

  it('says what it does not understand, and changes nothing', async () => {
    const authorization = `Bearer ${sandbox.controlSecret}`
    expect((await probe.post('/sandbox/faults', { network: 'slow' }, { authorization })).status).toBe(400)
    expect((await probe.post('/sandbox/users/no.body/revoke', {}, { authorization })).status).toBe(404)
    expect((await probe.post('/sandbox/clock', { seconds: 'x' }, { authorization })).status).toBe(400)
    expect(sandbox.faults.current()).toEqual(noFaults)
  })
})
