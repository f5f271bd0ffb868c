import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { describe, expect, it } from 'vitest'
import { allLines, anchorAt, chainIn, entryOf, file, first, folder, forge, key, linesOf, looks, put, root, useChain } from './chain.testing.ts'
import { verifyChain } from './verify.ts'

useChain()

describe('what the verifier accepts, and what was changed in a chain @164.312(c)', () => {
  it('accepts what was written, over files, and says how far it is signed and by whom', async () => {
    expect(readdirSync(folder).length).toBeGreaterThan(2)
    for (const threads of [1, 3]) {
      expect(await verifyChain(folder, { anchor: anchorAt(21), key: key.publicJwk.x, threads })).toMatchObject({ holds: true, entries: 32, from: 1, head: anchorAt(32), signed: { ...anchorAt(32), device: 'device-1', key: key.publicJwk.x } })
    }
    expect(allLines().map(entryOf).filter((entry) => entry['event'] === 'chain.checkpoint').map((entry) => entry['seq'])).toEqual([11, 21, 32])
  })

  it('says the same of a broken chain in however many threads, and names a file that cannot be read', async () => {
    const swapped = linesOf(2)
    put(2, [swapped[1] ?? '', swapped[0] ?? '', ...swapped.slice(2)])
    const alone = await verifyChain(folder, { anchor: anchorAt(32), threads: 1 })
    expect(alone.faults).toMatchObject([{ kind: 'reordered', file: 2, line: 1 }])
    for (const threads of [2, 4]) expect(await verifyChain(folder, { anchor: anchorAt(32), threads })).toEqual(alone)
    // Behind a fault nothing counts, not even whether it can be read.
    rmSync(file(3))
    mkdirSync(file(3))
    put(2, [`${swapped[0]} `, ...swapped.slice(1)])
    for (const threads of [1, 2]) expect((await verifyChain(folder, { threads })).faults).toMatchObject([{ kind: 'changed', file: 2, line: 1 }])
    put(2, swapped)
    for (const threads of [1, 2]) await expect(verifyChain(folder, { threads })).rejects.toThrow('EISDIR')
  })

  it('finds any one byte that was changed', async () => {
    const originals = [1, 2, 3].map((n) => readFileSync(file(n)))
    const random = xorshift128plus(20_261)
    for (let i = 0; i < 300; i += 1) {
      const n = (random.next() >>> 0) % 3
      const bytes = originals[n] ?? Buffer.alloc(0)
      const at = (random.next() >>> 0) % bytes.length
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ (1 << ((random.next() >>> 0) % 8))
      writeFileSync(file(n + 1), changed)
      expect(await verifyChain(folder), `file ${n + 1}, byte ${at}`).toMatchObject({ holds: false })
      writeFileSync(file(n + 1), bytes)
    }
  })

  it('changed: names the entry', async () => {
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"patient":"p-7"', '"patient":"p-8"'))
    expect(await verifyChain(folder)).toMatchObject({ ...first('changed', { file: 1, line: 9, seq: 9 }), entries: 8 })
  })

  it('forked: an entry that was rewritten with a hash of its own is not what the next one continues', async () => {
    put(1, linesOf().map((line, index) => (index === 4 ? forge({ ...entryOf(line), patient: 'p-99' }) : line)))
    expect(await verifyChain(folder)).toMatchObject(first('forked', { file: 1, line: 6, seq: 6 }))
  })

  it('forged: the rest of the chain rewritten without the key stops at its next checkpoint', async () => {
    let prev = ''
    const rewrite = (line: string, index: number) => {
      const entry = entryOf(line)
      const forged = index < 4 ? line : forge({ ...entry, ...(index === 4 ? { patient: 'p-99' } : { prev }) })
      prev = forged.slice(0, 64)
      return forged
    }
    const lines = allLines().map(rewrite)
    for (const n of [2, 3]) rmSync(file(n))
    put(1, lines)
    expect(await verifyChain(folder)).toMatchObject(first('forged', { seq: 11 }))
  })

  it('unsigned: the checkpoints may not be left out either', async () => {
    const place = mkdtempSync(join(root, 'long-'))
    const chain = chainIn(place, { isUnsigned: true })
    await Promise.all(Array.from({ length: 1_100 }, () => looks(chain, 1)))
    await chain.close()
    expect(await verifyChain(place)).toMatchObject(first('unsigned', { seq: 1_001 }))
    // Nor between two that are there.
    for (const isUnsigned of [true, false]) {
      const more = chainIn(folder, { isUnsigned })
      await Promise.all(Array.from({ length: isUnsigned ? 1_100 : 0 }, () => looks(more, 1)))
      await more.checkpoint()
      await more.close()
    }
    expect(await verifyChain(folder)).toMatchObject(first('unsigned', { seq: 1_033 }))
  })

  it('a file by itself is proven from where it begins', async () => {
    expect(await verifyChain(file(2), { key: key.publicJwk.x })).toMatchObject({ holds: true, files: 1, entries: linesOf(2).length, from: Number(entryOf(linesOf(2)[0] ?? '')['seq']) })
  })
})
