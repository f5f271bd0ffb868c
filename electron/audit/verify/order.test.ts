import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chainIn, file, first, folder, linesOf, looks, put, putBack, root, useChain } from './chain.testing.ts'
import { verifyChain } from './verify.ts'

useChain()

describe('entries that are not where they belong @164.312(c)', () => {
  it('removed: one entry, many, and a whole file', async () => {
    put(1, linesOf().filter((_, index) => index !== 3))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 4, seq: 4, missing: 1 }))
    put(1, linesOf().filter((_, index) => index < 3))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 2, line: 1, seq: 4 }))
    rmSync(file(2))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 2, line: 0, seq: 4 }))
  })

  it('removed: the beginning', async () => {
    put(1, linesOf().slice(2))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 1, seq: 1, missing: 2 }))
    rmSync(file(1))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 0, seq: 1 }))
  })

  it('reordered: entries that were swapped, and files', async () => {
    const [a = '', b = '', c = '', ...rest] = linesOf()
    put(1, [a, c, b, ...rest])
    expect(await verifyChain(folder)).toMatchObject(first('reordered', { file: 1, line: 2, seq: 3 }))
    put(1, [a, b, c, ...rest])
    renameSync(file(2), file(9))
    renameSync(file(3), file(2))
    renameSync(file(9), file(3))
    expect(await verifyChain(folder)).toMatchObject(first('reordered', { file: 2, line: 1 }))
  })

  it('repeated: an entry that stands twice, near and far', async () => {
    put(1, linesOf().flatMap((line, index) => (index === 4 ? [line, line] : [line])))
    expect(await verifyChain(folder)).toMatchObject(first('repeated', { file: 1, line: 6, seq: 5 }))
    putBack()
    put(3, [...linesOf(3), linesOf(1)[1] ?? ''])
    expect(await verifyChain(folder)).toMatchObject(first('repeated', { file: 3, seq: 2 }))
  })

  it('forked: a copy that went on by itself, put behind the original', async () => {
    const copy = mkdtempSync(join(root, 'copy-'))
    cpSync(folder, copy, { recursive: true })
    const here = chainIn(folder)
    await looks(here, 3)
    await here.close()
    const there = chainIn(copy)
    await looks(there, 5)
    await there.close()
    const [n, foreign] = [readdirSync(folder).length, readFileSync(join(copy, `chain-${readdirSync(copy).length}.jsonl`), 'utf8').split('\n').slice(0, -1)]
    put(n, [...linesOf(n), ...foreign.slice(-3)])
    expect(await verifyChain(folder)).toMatchObject(first('forked', { file: n }))
  })
})
