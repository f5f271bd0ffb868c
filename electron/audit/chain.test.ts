import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import { chainOn, clock, ed25519, entries, folder, look, useFolder } from './chain.testing.ts'
import { chainFolder } from './disk.ts'
import { verifyChain } from './verify/verify.ts'

useFolder()

/** The form of a text that is encrypted to the EHR. */
const jwe = (header: object) => [JSON.stringify(header), '', 'iv', 'text', 'tag'].map((part) => Buffer.from(part).toString('base64url')).join('.')
const toTheEhr = { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'one', epk: { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) } }
const sealed = jwe(toTheEhr)

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

describe('checkpoints', () => {
  it('follow every thousand entries, in the same group and with the same sync', async () => {
    const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: createLog(() => {}, clock), key: { deviceId: 'd', ...ed25519() } })
    await Promise.all(Array.from({ length: 2_500 }, () => chain.intent(look())))
    await chain.close()
    expect(entries().filter((entry) => entry['event'] === 'chain.checkpoint').map((entry) => entry['seq'])).toEqual([1_001, 2_002, 2_504])
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 2_504 })
  })
})
