import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import type { CheckpointKey } from './checkpoint.ts'
import { type ChainDisk, chainFolder } from './disk.ts'
import { verifyChain } from './verify/verify.ts'

let folder = ''
let logged: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-'))
  logged = []
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

const clock = { now: () => 1_767_225_600_000 }

function chainOn(disk: ChainDisk = chainFolder(folder), fileBytes?: number, key?: CheckpointKey) {
  return createAuditChain({
    key,
    disk,
    clock,
    monotonic: () => 42,
    actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }),
    log: createLog((line) => logged.push(line), clock),
    ...(fileBytes === undefined ? {} : { fileBytes }),
  })
}

const look = (more: Partial<AuditHeader> = {}): AuditHeader => ({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: '0a1b2c3d', ...more })
/** The form of a text that is encrypted to the EHR. */
const jwe = (header: object) => [JSON.stringify(header), '', 'iv', 'text', 'tag'].map((part) => Buffer.from(part).toString('base64url')).join('.')
const toTheEhr = { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'one', epk: { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) } }
const sealed = jwe(toTheEhr)
const file = (n = 1) => join(folder, `chain-${n}.jsonl`)
const entries = (n = 1) => readFileSync(file(n), 'utf8').split('\n').slice(0, -1).map((line): Record<string, unknown> => JSON.parse(line.slice(65)))

/** A disk whose named steps fail on order. */
function failingDisk() {
  const disk = chainFolder(folder)
  const failing = new Set<string>()
  const guard = async (step: string, code: string) => {
    if (failing.has(step)) throw Object.assign(new Error(code), { code })
  }
  const failingOnOrder: ChainDisk = {
    ...disk,
    open: async (n) => {
      await guard('open', 'EROFS')
      const opened = await disk.open(n)
      return {
        ...opened,
        append: async (bytes) => {
          if (failing.has('append')) await opened.append(bytes.subarray(0, Math.floor(bytes.length / 2)))
          await guard('append', 'ENOSPC')
          await opened.append(bytes)
        },
        sync: async () => {
          await guard('sync', 'EIO')
          await opened.sync()
        },
      }
    },
    cut: async (n, size) => {
      await guard('cut', 'EROFS')
      await disk.cut(n, size)
    },
  }
  return { disk: failingOnOrder, failing }
}

describe('the audit chain @164.312(b)', () => {
  it('records who, what, whom, why and when, before the data is released', async () => {
    const chain = chainOn()
    await chain.intent(look({ sealed }))
    expect(entries()[1]).toMatchObject({ format: 2, seq: 2, event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', sealed, user: 'userkey', device: 'device-1', epoch: 3, wall: clock.now(), mono: 42 })
    expect(entries()[0]).toMatchObject({ seq: 1, event: 'chain.began', prev: '0'.repeat(64) })
    await chain.close()
  })

  it('is readable by its owner alone', async () => {
    const chain = chainOn(chainFolder(join(folder, 'audit')))
    await chain.intent(look())
    await chain.close()
    expect(statSync(join(folder, 'audit')).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'audit', 'chain-1.jsonl')).mode & 0o777).toBe(0o600)
  })

  it('keeps ten thousand intents at once in their order, with few syncs', async () => {
    const disk = chainFolder(folder)
    let syncs = 0
    const chain = chainOn({ ...disk, open: async (n) => {
      const opened = await disk.open(n)
      return { ...opened, sync: () => { syncs += 1; return opened.sync() } }
    } }, undefined, { deviceId: 'device-1', ...ed25519() })
    await Promise.all(Array.from({ length: 10_000 }, (_, i) => chain.intent(look({ correlation: i.toString(16).padStart(8, '0') }))))
    await chain.close()
    const looks = entries().filter((entry) => entry['event'] === 'chart.section')
    expect(looks.map((entry) => entry['correlation'])).toEqual(Array.from({ length: 10_000 }, (_, i) => i.toString(16).padStart(8, '0')))
    expect(syncs).toBeLessThan(100)
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 10_012 })
  }, 30_000)

  it('resolves an intent only after the sync that holds it', async () => {
    const disk = chainFolder(folder)
    const order: string[] = []
    const chain = chainOn({ ...disk, open: async (n) => {
      const opened = await disk.open(n)
      return { ...opened, sync: async () => { await opened.sync(); order.push('synced') } }
    } })
    await chain.open()
    order.length = 0
    await chain.intent(look()).then(() => order.push('released'))
    expect(order).toEqual(['synced', 'released'])
    await chain.close()
  })

  it('makes what is told in one go durable with one sync, the first of it too', async () => {
    const disk = chainFolder(folder)
    let syncs = 0
    const chain = chainOn({ ...disk, open: async (n) => {
      const opened = await disk.open(n)
      return { ...opened, sync: () => { syncs += 1; return opened.sync() } }
    } })
    await chain.open()
    syncs = 0
    await Promise.all(['problems', 'allergies', 'flags'].map((_, index) => chain.intent(look({ correlation: `0000000${index}` }))))
    expect(syncs).toBe(1)
    await chain.close()
  })

  it('writes an outcome within a quarter of a second, without another intent', async () => {
    const chain = chainOn()
    await chain.open()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    chain.outcome(look({ outcome: 'success' }))
    expect(entries()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(250)
    vi.useRealTimers()
    await vi.waitFor(() => expect(entries()[1]).toMatchObject({ outcome: 'success' }))
    await chain.close()
  })

  it('writes what is waiting when it is closed', async () => {
    const chain = chainOn()
    chain.outcome(look({ outcome: 'failed', failure: 'offline' }))
    await chain.close()
    expect(entries()[1]).toMatchObject({ outcome: 'failed', failure: 'offline' })
  })

  it('goes on where it ended, over a restart and over files', async () => {
    for (let run = 0; run < 3; run += 1) {
      const chain = chainOn(chainFolder(folder), 1_000)
      for (let i = 0; i < 5; i += 1) await chain.intent(look())
      await chain.close()
    }
    expect(readdirSync(folder).length).toBeGreaterThan(3)
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 16 })
  })

  it('refuses a header that would choose its own place, user or text', async () => {
    const chain = chainOn()
    const forged = { ...look(), seq: 1, user: 'someone-else' }
    await expect(chain.intent(forged)).rejects.toMatchObject({ kind: 'invalid-input' })
    // Another process may send what the types do not let this one write.
    await expect(chain.intent(look({ event: 'Anna Example was here' as 'chart.open' }))).rejects.toMatchObject({ kind: 'invalid-input' })
    await expect(chain.intent(look({ patient: 'Anna Example' }))).rejects.toMatchObject({ kind: 'invalid-input' })
    for (const clear of ['QW5uYSBFeGFtcGxl', 'Anna Example', 'a.b.c.d.e', sealed.replace('..', '.QW5uYQ.'), `${sealed}.more`, `${sealed} Anna`, jwe({ ...toTheEhr, alg: 'dir' }), jwe({ ...toTheEhr, enc: 'none' }), jwe({ ...toTheEhr, note: 'Anna Example' })]) {
      await expect(chain.intent(look({ sealed: clear }))).rejects.toMatchObject({ kind: 'invalid-input' })
    }
    chain.outcome(look({ patient: 'Anna Example' }))
    await chain.close()
    expect(entries().map((entry) => entry['event'])).toEqual(['chain.began', 'chain.outcome-malformed'])
  })
})

describe('when the disk refuses', () => {
  it('no audit, no data: an intent on a full disk is refused, and the next one tries again', async () => {
    const { disk, failing } = failingDisk()
    const chain = chainOn(disk)
    await chain.intent(look({ correlation: '00000001' }))
    failing.add('append')
    await expect(chain.intent(look({ correlation: '00000002' }))).rejects.toMatchObject({ kind: 'audit-unavailable' })
    chain.outcome(look({ outcome: 'success', correlation: '00000001' }))
    await expect(chain.intent(look({ correlation: '00000003' }))).rejects.toMatchObject({ kind: 'audit-unavailable' })
    failing.clear()
    await chain.intent(look({ correlation: '00000004' }))
    await chain.close()
    expect(entries().slice(1).map(({ correlation, outcome }) => [correlation, outcome])).toEqual([['00000001', 'intent'], ['00000001', 'success'], ['00000004', 'intent']])
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
    expect(logged.join()).toContain('"disk-full"')
  })

  it('a sync that fails refuses the whole group, and nothing of it stays', async () => {
    const { disk, failing } = failingDisk()
    const chain = chainOn(disk)
    await chain.open()
    failing.add('sync')
    const group = await Promise.allSettled([1, 2, 3].map(() => chain.intent(look())))
    expect(group.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected'])
    failing.clear()
    await chain.close()
    expect(entries()).toHaveLength(1)
  })

  it('a disk that neither writes nor cuts leaves a torn line, which is set aside when it works again', async () => {
    const { disk, failing } = failingDisk()
    const chain = chainOn(disk)
    await chain.open()
    failing.add('append').add('cut')
    await expect(chain.intent(look())).rejects.toMatchObject({ kind: 'audit-unavailable' })
    failing.clear()
    await chain.intent(look())
    await chain.close()
    expect(entries().map((entry) => entry['event'])).toEqual(['chain.began', 'chain.recovered', 'chart.section'])
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
  })

  it('a read-only disk refuses from the start', async () => {
    const { disk, failing } = failingDisk()
    failing.add('open')
    const chain = chainOn(disk)
    await expect(chain.open()).rejects.toMatchObject({ kind: 'audit-unavailable' })
    await expect(chain.intent(look())).rejects.toMatchObject({ kind: 'audit-unavailable' })
    expect(logged.join()).toContain('"disk-read-only"')
  })

  it('tells how many outcomes were lost when it refused for very long', async () => {
    const { disk, failing } = failingDisk()
    const chain = chainOn(disk)
    await chain.open()
    failing.add('append')
    for (let i = 0; i < 10_005; i += 1) chain.outcome(look({ outcome: 'success' }))
    await expect(chain.flush()).rejects.toMatchObject({ kind: 'audit-unavailable' })
    failing.clear()
    await chain.close()
    expect(entries().find((entry) => entry['event'] === 'chain.outcomes-lost')).toMatchObject({ count: 5 })
    expect(entries()).toHaveLength(10_002)
  })
})

describe('when the chain is opened', () => {
  async function written(count: number): Promise<void> {
    const chain = chainOn()
    for (let i = 0; i < count; i += 1) await chain.intent(look())
    await chain.close()
  }

  it('sets aside what a crash tore, says so in an entry, and keeps the torn bytes', async () => {
    await written(2)
    appendFileSync(file(), '{"action":"R","cau')
    await written(1)
    expect(entries().map((entry) => entry['event'])).toEqual(['chain.began', 'chart.section', 'chart.section', 'chain.recovered', 'chart.section'])
    expect(entries()[3]).toMatchObject({ bytes: 18 })
    const torn = readdirSync(folder).find((name) => name.includes('torn'))
    expect(readFileSync(join(folder, String(torn)), 'utf8')).toBe('{"action":"R","cau')
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
  })

  it('sets aside the zeros that a loss of power leaves', async () => {
    await written(1)
    appendFileSync(file(), Buffer.alloc(4_096))
    await written(1)
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
  })

  it('refuses a chain that was changed, and goes on refusing: nothing is appended to it', async () => {
    await written(5)
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"patient":"p-1"', '"patient":"p-2"'))
    const before = readFileSync(file())
    const chain = chainOn()
    await expect(chain.open()).rejects.toMatchObject({ kind: 'audit-unavailable' })
    await expect(chain.intent(look())).rejects.toMatchObject({ kind: 'audit-unavailable' })
    expect(readFileSync(file())).toEqual(before)
    expect(logged.filter((line) => line.includes('audit.broken'))).toEqual(['{"at":"2026-01-01T00:00:00.000Z","event":"audit.broken","file":1,"line":2}'])
  })

  it('refuses any one byte that was changed; what then ends without a line feed is set aside, never counted', async () => {
    await written(3)
    const bytes = readFileSync(file())
    const last = bytes.length - 1
    for (let at = 0; at <= last; at += at > last - 40 ? 1 : 7) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(file(), changed)
      const chain = chainOn()
      if (at < last) await expect(chain.open(), `byte ${at}`).rejects.toMatchObject({ kind: 'audit-unavailable' })
      else await chain.close()
    }
    expect(entries().map((entry) => entry['event'])).toEqual(['chain.began', 'chart.section', 'chart.section', 'chain.recovered'])
  })

  it('refuses what no writer has written: nested without end, another spelling, no entry at all', async () => {
    await written(1)
    const before = readFileSync(file(), 'utf8')
    const added = [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '{"a":"\\ud800"}', '[]', '', 'null'].map((line) => `${before}${line}\n`)
    const respelt = [before.replace('"patient":"p-1"', '"patient":"\\u0070-1"'), before.replace(',"patient"', ', "patient"')]
    for (const text of [...added, ...respelt]) {
      writeFileSync(file(), text)
      await expect(chainOn().open()).rejects.toMatchObject({ kind: 'audit-unavailable' })
    }
    expect(logged.filter((line) => line.includes('audit.broken'))).toHaveLength(7)
  })

  it('refuses where a file of the chain is missing', async () => {
    const chain = chainOn(chainFolder(folder), 500)
    for (let i = 0; i < 10; i += 1) await chain.intent(look())
    await chain.close()
    rmSync(file(2))
    await expect(chainOn().open()).rejects.toMatchObject({ kind: 'audit-unavailable' })
  })

  it('goes on after a crash between the making of a file and its first entry', async () => {
    await written(2)
    writeFileSync(file(2), '')
    await written(1)
    expect(entries(2)).toMatchObject([{ seq: 4, event: 'chart.section' }])
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 4 })
  })

  it('refuses to fork: entries that another process appended are proven first, and followed', async () => {
    const first = chainOn()
    await first.open()
    await written(2)
    await expect(first.intent(look())).rejects.toMatchObject({ kind: 'audit-unavailable' })
    await first.intent(look())
    await first.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 4 })
  })
})

describe('a chain of an earlier format', () => {
  /** As format 1 wrote it: the hash inside, over the hash before, a line feed and the rest. */
  function format1(count: number): string {
    let prev = '0'.repeat(64)
    return Array.from({ length: count }, (_, index) => {
      const placed = { action: 'R', cause: 'look', correlation: '0a1b2c3d', device: 'device-1', epoch: 3, event: 'chart.section', format: 1, mono: 42, outcome: 'intent', seq: index + 1, user: 'userkey', wall: clock.now() }
      const sorted = (value: Record<string, unknown>) => JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
      const hash = createHash('sha256').update(`${prev}\n${sorted(placed)}`).digest('hex')
      const line = `${sorted({ ...placed, prev, hash })}\n`
      prev = hash
      return line
    }).join('')
  }

  it('goes on in this one, and verifies from its first entry', async () => {
    writeFileSync(file(), format1(5))
    const chain = chainOn()
    await chain.intent(look())
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 6 })
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"epoch":3', '"epoch":4'))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, faults: [{ kind: 'changed', seq: 1 }] })
  })
})

describe('a profile that was put back to an older state', () => {
  it('is noticed at the next start by what the keychain last saw, and the chain says so from then on', async () => {
    let held: { readonly seq: number; readonly hash: string } | undefined
    const anchor = { get: () => Promise.resolve(held), set: (seen: { readonly seq: number; readonly hash: string }) => Promise.resolve(void (held = seen)) }
    const key = { deviceId: 'device-1', ...ed25519() }
    const open = () => createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }), log: createLog((line) => logged.push(line), clock), key, anchor })
    const write = async () => {
      const chain = open()
      await chain.intent(look())
      await chain.close()
    }
    await write()
    const older = readFileSync(file())
    await write()
    expect(held?.seq).toBe(5)
    await write()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 7, signed: { seq: 7 } })
    // The older state whole, and nothing at all.
    for (const put of [() => writeFileSync(file(), older), () => rmSync(file())]) {
      put()
      const seen = held
      await write()
      expect(entries().find((entry) => entry['event'] === 'chain.rolled-back')).toMatchObject({ anchorSeq: seen?.seq, anchorHash: seen?.hash })
      expect(await verifyChain(folder)).toMatchObject({ holds: false, faults: [{ kind: 'rolled-back' }] })
      held = seen
    }
    expect(logged.join()).toContain('audit.rolled-back')
  })

  it('a keychain that cannot be read costs the anchor, never the chain', async () => {
    const refuse = () => Promise.reject(new Error('keychain'))
    const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: undefined, device: 'd', epoch: 1 }), log: createLog((line) => logged.push(line), clock), key: { deviceId: 'd', ...ed25519() }, anchor: { get: refuse, set: refuse } })
    await chain.intent(look())
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 3, signed: { seq: 3 } })
    expect(logged.join()).toContain('audit.not-anchored')
  })
})

describe('checkpoints', () => {
  it('follow every thousand entries, in the same group and with the same sync', async () => {
    const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: createLog(() => {}, clock), key: { deviceId: 'd', ...ed25519() } })
    await Promise.all(Array.from({ length: 2_500 }, () => chain.intent(look())))
    await chain.close()
    expect(entries().filter((entry) => entry['event'] === 'chain.checkpoint').map((entry) => entry['seq'])).toEqual([1_001, 2_002, 2_504])
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 2_504 })
  })
})

function ed25519() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicJwk: { x: String(publicKey.export({ format: 'jwk' }).x) }, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
}
