import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { s3ByPolicy } from '../../electron/audit/ship/s3-by-policy.ts'
import { readS3Key, s3KeyCommand } from '../../electron/audit/ship/s3-key.ts'
import { createShipping } from '../../electron/audit/ship/shipping.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import { type Issued, makeAuthority, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { type ObjectStore, startObjectStore } from '../../sandbox/object-store/index.ts'

const key = { id: 'WARD3KEYID', secret: 'a-secret/with+signs-of-base64' }
const clock = { now: () => Date.now() }
const day = 86_400_000

let authority: Issued
let server: Issued
let store: ObjectStore
let keychain = memoryKeychain()
let home = ''
let logged: string[] = []
let ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  authority = await makeAuthority('store')
  server = await makeServerCertificate(authority)
})
beforeEach(async () => {
  store = await startObjectStore({ bucket: 'audit', region: 'eu-central-1', key, clock, tls: { key: server.keyPem, cert: server.pem } })
  keychain = memoryKeychain()
  home = mkdtempSync(join(tmpdir(), 'chartkeep-bucket-'))
  logged = []
  ends = []
  await putKey(`${key.id}\n${key.secret}\n`)
})
afterEach(async () => {
  for (const end of ends) await end().catch(() => undefined)
  await store.close()
  rmSync(home, { recursive: true, force: true })
})

const putKey = (text: string) => s3KeyCommand(Readable.from([text]), keychain, () => undefined)

async function workstation(fileBytes = 3_000) {
  const device = await openDeviceKey(keychain)
  const log = createLog((line) => void logged.push(line), clock)
  const folder = join(home, 'audit')
  const shipping = createShipping({ folder, key: device, log, chance: () => 0 })
  const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => performance.now(), log, key: device, fileBytes, actor: () => ({ user: 'u', device: device.deviceId, epoch: 1 }), onDurable: shipping.upTo })
  const end = async () => {
    await chain.close()
    await shipping.close()
  }
  ends.push(end)
  shipping.to([s3ByPolicy({ settings: { endpoint: store.endpoint, bucket: 'audit', region: 'eu-central-1', retentionDays: 30 }, device: device.deviceId, keychain, caPem: authority.pem, proxyFor: async () => undefined, clock })])
  await chain.open()
  return {
    device: device.deviceId,
    sessionChanged: shipping.sessionChanged,
    write: async (entries: number) => {
      for (let n = 0; n < entries; n += 1) await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: n.toString(16).padStart(8, '0') })
      await chain.checkpoint()
    },
    end,
  }
}

const keys = () => store.bucket.keys('')
const kept = () => keys().map((each) => store.bucket.newest(each)?.body.toString('utf8') ?? '').join('')
const written = () => {
  const folder = join(home, 'audit')
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : []
  return files.toSorted((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0])).map((name) => readFileSync(join(folder, name), 'utf8')).join('')
}
const isKept = () => vi.waitFor(() => expect(kept()).toBe(written()), { timeout: 8_000 })

describe('a bucket with object lock @164.312(b) @164.312(c)', () => {
  it('keeps each range of the chain once, and the verifier proves what lies there', async () => {
    const { device, write } = await workstation()
    await write(40)
    await isKept()
    await write(5)
    await isKept()
    expect(keys().length).toBeGreaterThan(3)
    for (const each of keys()) {
      expect(each).toMatch(new RegExp(`^${device}/\\d{12}-\\d{12}\\.jsonl$`))
      expect(store.bucket.versions(each)).toHaveLength(1)
    }
    const copy = join(home, 'copy.jsonl')
    writeFileSync(copy, kept())
    expect(await verifyChain(copy)).toMatchObject({ holds: true })
    writeFileSync(copy, kept().replace('"u"', '"v"'))
    expect(await verifyChain(copy)).toMatchObject({ holds: false })
  })

  it('gives nothing back to whoever would remove it, until its time has come', async () => {
    const { write } = await workstation()
    await write(3)
    await isKept()
    const [object = ''] = keys()
    const [version] = store.bucket.versions(object)
    expect(version?.retainUntil).toBeGreaterThan(Date.now() + 29 * day)
    const remove = (now: number) => store.bucket.remove(object, version?.id ?? '', now)
    expect(remove(Date.now())).toBe('locked')
    expect(remove(Date.now() + 29 * day)).toBe('locked')
    expect(remove(Date.now() + 31 * day)).toBe('removed')
  })

  it('is given nothing twice where what was known of it is lost', async () => {
    const first = await workstation(1_000_000)
    await first.write(10)
    await isKept()
    await first.end()
    const before = keys()
    rmSync(join(home, 'audit', 'shipped'), { recursive: true })
    const second = await workstation(1_000_000)
    await second.write(4)
    await isKept()
    expect(keys().slice(0, before.length)).toEqual(before)
    for (const each of keys()) expect(store.bucket.versions(each)).toHaveLength(1)
  })

  it.each([500, 503])('gets it when it is there again after %i', async (status) => {
    store.fail(status)
    const { write } = await workstation()
    await write(3)
    await vi.waitFor(() => expect(logged.join('')).toContain('"audit.ship-waits"'), { timeout: 5_000 })
    expect(keys()).toEqual([])
    store.fail(undefined)
    await isKept()
  })

  it('that refuses the key gets it once the right one was put into the keychain', async () => {
    await putKey(`${key.id}\nanother-secret\n`)
    const { write, sessionChanged } = await workstation()
    await write(3)
    await vi.waitFor(() => expect(logged.join('')).toContain('"failure":"forbidden"'), { timeout: 5_000 })
    expect(keys()).toEqual([])
    await putKey(`${key.id}\r\n${key.secret}\r\n`)
    sessionChanged()
    await isKept()
  })

  it.each<[string, (theirs: ObjectStore) => void]>([
    ['takes it and keeps another', ({ bucket }) => spoil(bucket, (version) => ({ ...version, body: Buffer.from('another') }))],
    ['takes it and does not lock it', ({ bucket }) => spoil(bucket, (version) => ({ ...version, retainUntil: undefined }))],
    ['takes it and locks it for a day', ({ bucket }) => spoil(bucket, (version) => ({ ...version, retainUntil: Date.now() + day }))],
  ])('that %s has acknowledged nothing', async (_what, how) => {
    how(store)
    const { write } = await workstation()
    await write(3)
    await vi.waitFor(() => expect(logged.join('')).toContain('"failure":"conflict"'), { timeout: 5_000 })
    expect(existsSync(join(home, 'audit', 'shipped', 's3.json'))).toBe(false)
  })

  it('without object lock takes nothing', async () => {
    await store.close()
    store = await startObjectStore({ bucket: 'audit', region: 'eu-central-1', key, clock, tls: { key: server.keyPem, cert: server.pem }, hasLock: false })
    const { write } = await workstation()
    await write(3)
    await vi.waitFor(() => expect(logged.join('')).toContain('"failure":"forbidden"'), { timeout: 5_000 })
    expect(keys()).toEqual([])
  })
})

function spoil(bucket: ObjectStore['bucket'], how: (version: Parameters<ObjectStore['bucket']['put']>[1]) => Parameters<ObjectStore['bucket']['put']>[1]): void {
  const { put } = bucket
  bucket.put = (object, version, options) => put(object, how(version), options)
}

describe('the access key of the bucket @164.312(d)', () => {
  it('comes from standard input, two lines, and stands in the keychain alone', async () => {
    expect(await readS3Key(keychain)).toEqual(key)
    for (const text of ['', 'one line\n', 'id\n\n', 'id\nsecret\nmore\n', 'an id with blanks\nsecret\n', `id\n${'x'.repeat(1_000)}\n`]) expect(await putKey(text)).toBe(2)
    expect(await readS3Key(keychain)).toEqual(key)
  })
})
