import { createHash } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chainOn, clock, entries, file, folder, logged, look, useFolder } from './chain.testing.ts'
import { chainFolder } from './disk.ts'
import { verifyChain } from './verify/verify.ts'

useFolder()

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
