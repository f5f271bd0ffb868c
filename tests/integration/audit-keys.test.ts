import { CompactEncrypt, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuditKey, readAuditKeys } from '../../electron/auth/audit-keys.ts'
import { createTransport, type Transport } from '../../electron/transport/index.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { kindOf } from '../../shared/errors.ts'
import { openProbe, type Probe, signedIn, smallSandbox } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
let transport: Transport
/** Of the compliance officer: signed in once, since a code counts once. */
let compliance: string
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  compliance = await tokenOf('compliance')
  transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [sandbox.pin], proxy: undefined })
})
afterAll(async () => {
  await Promise.all([transport.close(), probe.close()])
  await sandbox.close()
})

const read = (over = transport) => readAuditKeys((url, init) => over.fetch(url, init), sandbox.fhirBase)
async function keyNow(): Promise<AuditKey> {
  const [key] = (await read()) ?? []
  if (key === undefined) throw new Error('no key was published')
  return key
}
const seal = async (text: string, key: AuditKey) =>
  new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: key.alg, enc: 'A256GCM', kid: key.kid }).encrypt(await importJWK(key, key.alg))
const tokenOf = async (role: string) => (await signedIn(sandbox, probe, role, { scope: 'openid fhirUser user/*.rs user/AuditEvent.rs' })).access_token
const open = (jwe: unknown, token: string) => probe.post('/audit-keys/open', { jwe }, { authorization: `Bearer ${token}` })

describe('a search text in an audit entry @164.312(b)', () => {
  it('is encrypted by a client to the EHR, and read by compliance and nobody else', async () => {
    const jwe = await seal('Vandermeer', await keyNow())
    expect(jwe).not.toContain('Vandermeer')
    expect(await open(jwe, compliance)).toMatchObject({ status: 200, body: '{"text":"Vandermeer"}' })
    for (const role of ['physician', 'front-desk', 'support']) expect(await open(jwe, await tokenOf(role))).toMatchObject({ status: 403, body: '{"error":"role-may-not"}' })
    expect(await open(jwe, 'made-up')).toMatchObject({ status: 401 })
  })

  it('that is read leaves a trace of who read it', async () => {
    const used = async (): Promise<number> => {
      const reply = await transport.request({ method: 'GET', url: `${sandbox.fhirBase}/AuditEvent?type=110101&_summary=count`, headers: { authorization: `Bearer ${compliance}` } })
      // What the server under test sent.
      return (JSON.parse(Buffer.from(reply.body).toString('utf8')) as { total: number }).total
    }
    const before = await used()
    await open(await seal('x', await keyNow()), compliance)
    expect(await used()).toBe(before + 1)
  })

  it('is still read after a rotation, which every client then finds', async () => {
    const old = await keyNow()
    const jwe = await seal('before', old)
    const answer = await probe.post('/sandbox/audit-keys/rotate', {}, { authorization: `Bearer ${sandbox.controlSecret}` })
    expect(answer.status).toBe(200)
    const fresh = await keyNow()
    expect(answer.body).toBe(JSON.stringify({ kid: fresh.kid }))
    expect(fresh.kid).not.toBe(old.kid)
    expect((await open(jwe, compliance)).body).toBe('{"text":"before"}')
    expect((await open(await seal('after', fresh), compliance)).body).toBe('{"text":"after"}')
  })

  it('of no form, or for another key, is refused without a word more', async () => {
    for (const jwe of ['', 'a.b.c.d.e', 7, 'x'.repeat(70_000)]) expect(await open(jwe, compliance)).toMatchObject({ status: 422, body: '{"error":"not-for-these-keys"}' })
  })
})

describe('a network that puts its own key in the place', () => {
  it('is stopped by the certificate, as for everything else @164.312(e)', async () => {
    sandbox.faults.set({ certificate: 'foreign' })
    const anew = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem + sandbox.foreignCaPem, pins: [sandbox.pin], proxy: undefined })
    expect(await read(anew).then(() => 'read', kindOf)).toBe('untrusted-certificate')
    await anew.close()
    sandbox.faults.reset()
  })
})
