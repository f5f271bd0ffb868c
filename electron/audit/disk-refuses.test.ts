import { describe, expect, it } from 'vitest'
import { chainOn, entries, folder, logged, look, useFolder } from './chain.testing.ts'
import { type ChainDisk, chainFolder } from './disk.ts'
import { verifyChain } from './verify/verify.ts'

useFolder()

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
