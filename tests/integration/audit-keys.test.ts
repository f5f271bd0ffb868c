import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { sealText } from '../../electron/records/audit/seal-text.ts'
import { EncryptionKey, readEncryptionKeys } from '../../electron/records/ehr-keys/encryption-keys.ts'
import { getJson } from '../../electron/records/ehr-keys/get-json.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'
import { createTransport, type Transport } from '../../electron/transport/index.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Permission, ResourceId } from '../../shared/contract/index.ts'
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

const read = (over = transport) => readEncryptionKeys((url) => getJson(over, url), sandbox.fhirBase, 'audit-texts')
async function keyNow(): Promise<EncryptionKey> {
  const [key] = (await read()) ?? []
  if (key === undefined) throw new Error('no key was published')
  return key
}
const tokenOf = async (role: string) => (await signedIn(sandbox, probe, role, { scope: 'openid fhirUser user/*.rs user/AuditEvent.rs' })).access_token
const open = (jwe: unknown, token: string) => probe.post('/audit-keys/open', { jwe }, { authorization: `Bearer ${token}` })

describe('a search text in an audit entry @164.312(b)', () => {
  it('is encrypted by a client to the EHR, and read by compliance and nobody else', async () => {
    const jwe = await sealText('Vandermeer', await keyNow())
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
    await open(await sealText('x', await keyNow()), compliance)
    expect(await used()).toBe(before + 1)
  })

  it('is still read after a rotation, which every client then finds', async () => {
    const old = await keyNow()
    const jwe = await sealText('before', old)
    const answer = await probe.post('/sandbox/audit-keys/rotate', {}, { authorization: `Bearer ${sandbox.controlSecret}` })
    expect(answer.status).toBe(200)
    const fresh = await keyNow()
    expect(answer.body).toBe(JSON.stringify({ kid: fresh.kid }))
    expect(fresh.kid).not.toBe(old.kid)
    expect((await open(jwe, compliance)).body).toBe('{"text":"before"}')
    expect((await open(await sealText('after', fresh), compliance)).body).toBe('{"text":"after"}')
  })

  it('of no form, or for another key, is refused without a word more', async () => {
    for (const jwe of ['', 'a.b.c.d.e', 7, 'x'.repeat(70_000)]) expect(await open(jwe, compliance)).toMatchObject({ status: 422, body: '{"error":"not-for-these-keys"}' })
  })
})

describe('a search at a workstation @164.312(b)', () => {
  it('leaves its text in the audit chain for the EHR alone: nothing here opens it, and nothing here tells what it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-text-'))
    const chain = createAuditChain({ disk: chainFolder(join(folder, 'audit')), clock: { now: () => Date.now() }, monotonic: () => performance.now(), actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: { event: () => undefined, foreign: () => undefined } })
    const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, pins: [sandbox.pin], token: await tokenOf('physician'), folder: join(folder, 'vault'), audit: chain })
    try {
      expect(await rig.workspace().call('vault.setPin', { pin: 'kestrel-7' })).toEqual({ value: {} })
      expect(await rig.workspace().call('patients.search', { text: 'Quillfeather' })).toHaveProperty('value')
      await rig.stop()
      await chain.close()
      const line = readFileSync(join(folder, 'audit', 'chain-1.jsonl'), 'utf8').split('\n').find((each) => each.includes('patients.search')) ?? ''
      const { sealed }: { sealed: string } = JSON.parse(line.slice(65))
      expect(await open(sealed, compliance)).toMatchObject({ status: 200, body: '{"text":"Quillfeather"}' })
      // All that this workstation holds: the key part, the vault as it lies there, and the EHR's public key.
      const key = await keyNow()
      await expect(compactDecrypt(sealed, await importJWK(key, key.alg))).rejects.toThrow()
      expect(rig.keychain.parts).toHaveLength(1)
      for (const { part } of rig.keychain.parts) await expect(compactDecrypt(sealed, new Uint8Array(part))).rejects.toThrow()
      for (const place of ['audit', 'vault']) {
        for (const name of readdirSync(join(folder, place))) {
          const text = readFileSync(join(folder, place, name)).toString('latin1')
          for (const form of ['Quillfeather', 'quillfeather', Buffer.from('Quillfeather').toString('base64').slice(0, 15), Buffer.from('Quillfeather').toString('hex')]) expect(text, name).not.toContain(form)
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('what was typed, at the workstation of a compliance officer @164.312(b)', () => {
  /** Files an entry as a workstation reports it, with that sealed in it; gives its id. */
  async function filed(sealed: string | undefined): Promise<string> {
    const event = {
      resourceType: 'AuditEvent', type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110101' }, subtype: [{ system: 'urn:chartkeep:audit-event', code: 'audit.events' }],
      action: 'E', recorded: new Date().toISOString(), outcome: '0', agent: [{ who: { display: 'somebody' }, requestor: true }], source: { observer: { display: 'WS-1' } },
      entity: [{ what: { display: 'an entry' }, detail: [{ type: 'event', valueString: 'audit.events' }, ...(sealed === undefined ? [] : [{ type: 'sealed', valueString: sealed }])] }],
    }
    reporter ??= (await signedIn(sandbox, probe, 'nurse', { scope: 'openid fhirUser user/AuditEvent.c' })).access_token
    const { body } = await probe.post('/fhir/R4/AuditEvent', event, { authorization: `Bearer ${reporter}`, 'content-type': 'application/fhir+json' })
    return z.object({ id: z.string() }).parse(JSON.parse(body)).id
  }
  let reporter: string | undefined
  /** Those entries of the EHR's own that say of which entry somebody read what was sealed. */
  async function openings(entry: string): Promise<readonly unknown[]> {
    const reply = await transport.request({ method: 'GET', url: `${sandbox.fhirBase}/AuditEvent?type=110101&_count=200`, headers: { authorization: `Bearer ${compliance}` } })
    // What the server under test sent.
    const { entry: found = [] } = JSON.parse(Buffer.from(reply.body).toString('utf8')) as { entry?: { resource: { agent: unknown[]; entity?: { what?: { reference?: string } }[] } }[] }
    return found.filter(({ resource }) => resource.entity?.some(({ what }) => what?.reference === `AuditEvent/${entry}`) === true).map(({ resource }) => resource.agent)
  }
  const entryIn = (id: string) => ({ entry: ResourceId.parse(id) })
  async function at<T>(token: string, permissions: readonly Permission[], use: (rig: Rig, folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-open-'))
    const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, pins: [sandbox.pin], token, permissions, role: 'compliance', folder: join(folder, 'vault') })
    try {
      await rig.workspace().call('vault.setPin', { pin: 'kestrel-7' })
      return await use(rig, folder)
    } finally {
      await rig.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }

  it('is opened by the EHR, for the one entry that was asked for, and recorded at both ends; nothing of it stays here', async () => {
    const id = await filed(await sealText('Quillfeather, Ümit', await keyNow()))
    await at(compliance, ['audit:read'], async (rig, folder) => {
      expect(await rig.workspace().call('audit.text', entryIn(id))).toEqual({ value: { text: 'Quillfeather, Ümit' } })
      expect(await openings(id)).toEqual([[expect.objectContaining({ requestor: true })]])
      const mine = rig.audit.filter(({ event }) => event === 'audit.text')
      expect(mine.map(({ outcome }) => outcome)).toEqual(['intent', 'success'])
      expect((await open(mine[0]?.sealed, compliance)).body).toBe(JSON.stringify({ text: `AuditEvent/${id}` }))
      await rig.stop()
      for (const name of readdirSync(join(folder, 'vault'))) expect(readFileSync(join(folder, 'vault', name)).toString('latin1'), name).not.toContain('Quillfeather')
    })
  })

  it('is not opened where it cannot be recorded here, for an account that does not review, or by an EHR that does not let it', async () => {
    const id = await filed(await sealText('Quillfeather', await keyNow()))
    await at(compliance, ['audit:read'], async (rig) => {
      rig.refuseAudit()
      expect(await rig.workspace().call('audit.text', entryIn(id))).toMatchObject({ failure: 'audit-unavailable' })
    })
    await at(await tokenOf('physician'), ['chart:read', 'patient:search'], async (rig) => expect(await rig.workspace().call('audit.text', entryIn(id))).toMatchObject({ failure: 'not-permitted' }))
    // A page that was taken over, and a client that believes it may.
    await at(await tokenOf('physician'), ['audit:read'], async (rig) => expect(await rig.workspace().call('audit.text', entryIn(id))).toMatchObject({ failure: 'forbidden' }))
    expect(await openings(id)).toEqual([])
  })

  it('that is not there, or that this EHR has no key for, is told as that', async () => {
    const foreign = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'P-256' })).publicKey)
    const others = await sealText('x', EncryptionKey.parse({ ...foreign, kid: 'another', use: 'enc', alg: 'ECDH-ES' }))
    await at(compliance, ['audit:read'], async (rig) => {
      for (const id of [await filed(undefined), await filed(others), await filed('a..b.c.d'), 'made-up']) expect(await rig.workspace().call('audit.text', entryIn(id)), id).toMatchObject({ failure: 'not-found' })
    })
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
