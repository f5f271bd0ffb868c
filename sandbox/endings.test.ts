import { describe, expect, it } from 'vitest'
import { endings } from './endings.ts'

describe('endings', () => {
  it('close last what was opened first, and each once', async () => {
    const closed: string[] = []
    const ends = endings()
    ends.later(() => void closed.push('folder'))
    ends.later(async () => void closed.push('database'))
    await ends.now()
    await ends.now()
    expect(closed).toEqual(['database', 'folder'])
  })

  it('close the rest after one has failed, and tell of the failure', async () => {
    const closed: string[] = []
    const ends = endings()
    ends.later(() => void closed.push('folder'))
    ends.later(() => {
      throw new Error('the database is stuck')
    })
    await expect(ends.now()).rejects.toThrow('the database is stuck')
    expect(closed).toEqual(['folder'])
  })
})
