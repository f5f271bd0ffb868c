import { describe, expect, it } from 'vitest'
import { effectsInTurn } from './effects-in-turn.ts'

describe('effects of the session', () => {
  it('go on after one that failed: what was ordered later is done', async () => {
    const failures: unknown[] = []
    const done: string[] = []
    const effects = effectsInTurn((error) => failures.push(error))
    effects.add(() => Promise.reject(new Error('no space')))
    effects.add(() => done.push('wipe'))
    effects.beside(Promise.reject(new Error('gone')))
    effects.add(() => done.push('sign-out'))
    await effects.over()
    expect(done).toEqual(['wipe', 'sign-out'])
    expect(failures).toHaveLength(2)
    await expect(effects.settled()).rejects.toBe(failures[0])
    // Told once; what follows is not blamed for it.
    await effects.settled()
  })

  it('wait for each other', async () => {
    const done: number[] = []
    const effects = effectsInTurn(() => undefined)
    let release = () => undefined as void
    effects.beside(new Promise<void>((resolve) => { release = resolve }))
    effects.add(() => done.push(1))
    effects.add(() => done.push(2))
    await Promise.resolve()
    expect(done).toEqual([])
    release()
    await effects.settled()
    expect(done).toEqual([1, 2])
  })
})
