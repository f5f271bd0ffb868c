import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdLock } from '../../build/setup/lock.mjs'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A process id that belonged to somebody a moment ago. */
async function pidOfTheDead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  if (child.pid === undefined) throw new Error('the child never lived')
  return child.pid
}

describe('The lock among runs', () => {
  it('is free again once it was released', async () => {
    const file = join(folder, 'a', 'lock')
    const release = await holdLock(file)
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid))
    release()
    expect(existsSync(file)).toBe(false)
  })

  it('is taken over from a run that was killed', async () => {
    const file = join(folder, 'lock')
    writeFileSync(file, String(await pidOfTheDead()))
    const release = await holdLock(file)
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid))
    release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('makes the second run wait for the first, and tells it so', async () => {
    const file = join(folder, 'lock')
    const order: string[] = []
    const first = await holdLock(file)
    let waits: () => void = () => {}
    const waiting = new Promise<void>((resolve) => {
      waits = resolve
    })
    const second = holdLock(file, waits).then((release) => {
      order.push('second')
      release()
    })
    await waiting
    order.push('first')
    first()
    await second
    expect(order).toEqual(['first', 'second'])
  })

  it('lets eight processes in one at a time', async () => {
    const script = `
      import { appendFileSync } from 'node:fs'
      import { holdLock } from ${JSON.stringify(join(import.meta.dirname, '../../build/setup/lock.mjs'))}
      const release = await holdLock(${JSON.stringify(join(folder, 'lock'))})
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'in ')
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'out ')
      release()
    `
    const children = Array.from({ length: 8 }, () => spawn(process.execPath, ['--input-type=module', '-e', script]))
    await Promise.all(children.map((child) => once(child, 'close')))
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out '.repeat(8))
  })
})
