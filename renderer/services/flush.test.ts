import { describe, expect, it } from 'vitest'
import { FlushRegistry } from './flush.ts'

describe('the flush of a lock', () => {
  it('saves all that is unsaved, also when one of them fails', async () => {
    const registry = new FlushRegistry()
    const saved: string[] = []
    registry.add(() => Promise.reject(new Error('disk full')))
    registry.add(async () => void saved.push('note'))
    await registry.flush()
    expect(saved).toEqual(['note'])
  })

  it('asks nobody who has nothing more to save', async () => {
    const registry = new FlushRegistry()
    const saved: string[] = []
    registry.add(async () => void saved.push('closed chart'))()
    await registry.flush()
    expect(saved).toEqual([])
  })
})
