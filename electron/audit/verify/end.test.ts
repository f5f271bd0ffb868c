import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allLines, anchorAt, chainIn, file, first, folder, key, linesOf, looks, put, root, useChain } from './chain.testing.ts'
import { verifyChain } from './verify.ts'

useChain()

describe('the end of a chain, by itself and against an anchor @164.312(c)', () => {
  it('forked: as long as the anchor says, and another chain', async () => {
    expect(await verifyChain(folder, { anchor: { ...anchorAt(25), hash: 'f'.repeat(64) } })).toMatchObject(first('forked', { seq: 25 }))
  })

  it('truncated: in the middle of a line', async () => {
    writeFileSync(file(3), readFileSync(file(3)).subarray(0, -40))
    expect(await verifyChain(folder)).toMatchObject(first('truncated', { file: 3, seq: 32 }))
  })

  it('truncated: between two entries, seen by the anchor alone', async () => {
    const anchor = anchorAt(32)
    put(3, linesOf(3).slice(0, -3))
    expect(await verifyChain(folder, { key: key.publicJwk.x })).toMatchObject({ holds: true, entries: 29 })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('truncated', { seq: 30, missing: 3 }))
  })

  it('a cut exactly at a signed checkpoint is invisible to the chain alone, and found with the anchor', async () => {
    const anchor = anchorAt(32)
    const cut = allLines().slice(0, 21)
    for (const n of [2, 3]) rmSync(file(n))
    put(1, cut)
    expect(await verifyChain(folder, { key: key.publicJwk.x })).toMatchObject({ holds: true, entries: 21, signed: { seq: 21 } })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('rolled-back', { seq: 22, missing: 11 }))
  })

  it('rolled back: an older state that went on is another chain than the anchored one', async () => {
    const older = join(root, 'whole')
    const here = chainIn(folder)
    await looks(here, 4)
    await here.close()
    const anchor = anchorAt(37)
    rmSync(folder, { recursive: true })
    cpSync(older, folder, { recursive: true })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('rolled-back', { seq: 33, missing: 5 }))
    const again = chainIn(folder)
    await looks(again, 9)
    await again.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('forked', { seq: 37 }))
  })
})
