import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chainIn, first, folder, looks, newKey, root, time, useChain, write } from './chain.testing.ts'
import { verifyChain } from './verify.ts'

useChain()

describe('who wrote it, and by which clock @164.312(c)', () => {
  it('another device: a key that is not the one asked for, a second signer, a second writer', async () => {
    expect(await verifyChain(folder, { key: newKey('device-1').publicJwk.x })).toMatchObject(first('another-device', { seq: 11 }))
    const impostor = chainIn(folder, { key: newKey('device-1') })
    await looks(impostor, 2)
    await impostor.close()
    expect(await verifyChain(folder)).toMatchObject(first('another-device', { seq: 35 }))
    const place = mkdtempSync(join(root, 'moved-'))
    await write(place)
    const other = chainIn(place, { device: 'device-2' })
    await looks(other, 2)
    await other.close()
    expect(await verifyChain(place)).toMatchObject(first('another-device', { seq: 33 }))
  })

  it('clock gone backwards: named, and the rest is proven all the same', async () => {
    const chain = chainIn(folder)
    await looks(chain, 2)
    // An hour back, while the other clock goes on by two: no shorter by the wall clock than what went before.
    time.now -= 3_600_000
    time.mono += 7_200_000
    await looks(chain, 2)
    await chain.close()
    const verdict = await verifyChain(folder)
    expect(verdict).toMatchObject({ ...first('clock-back', { seq: 35 }), entries: 37 })
    expect(verdict.faults[0]?.by).toBeGreaterThanOrEqual(3_600_000)
  })

  it('clock gone backwards between two starts', async () => {
    time.now -= 60_000
    const chain = chainIn(folder)
    await looks(chain, 1)
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject(first('clock-back', { seq: 33, by: 59_000 }))
  })
})
