import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Checkout, openCheckout, type RunningCommand } from './checkout.ts'

let checkout: Checkout
let running: RunningCommand | undefined
beforeAll(async () => {
  checkout = await openCheckout()
}, 120_000)
afterEach(async () => {
  await running?.interrupt()
  running = undefined
})
afterAll(() => checkout.close())

async function run(command: 'start' | 'dev'): Promise<RunningCommand> {
  running = await checkout.run(command)
  return running
}

describe.runIf(process.platform === 'linux')('on a desktop', () => {
  it('a second `npm start` shows the sign-in screen within 10 s, and names the demo users', { timeout: 180_000 }, async () => {
    const first = await run('start')
    await first.painted(1)
    await first.interrupt()
    const took: number[] = []
    // Others may be at work on the machine: the quicker of two is what it takes.
    while (took.length < 2 && !took.some((ms) => ms < 10_000)) {
      const again = await run('start')
      took.push(await again.painted(1))
      expect(again.words()).toContain('Sign in as one of:')
      await again.interrupt()
    }
    expect(Math.min(...took)).toBeLessThan(10_000)
  })

  it('`npm run dev` opens again what was changed, and leaves the window as it was while the change does not build', { timeout: 180_000 }, async () => {
    const wording = join(checkout.folder, 'renderer', 'messages', 'en', 'session.ts')
    const good = await readFile(wording, 'utf8')
    const dev = await run('dev')
    await dev.painted(1)
    await writeFile(wording, good.replace("'Locked'", "'Locked now'"))
    await dev.painted(2)
    await writeFile(wording, good.replace("'lock.title'", "'lock.title' 'lock.title'"))
    await expect.poll(() => dev.words(), { timeout: 60_000 }).toContain('does not build')
    expect(dev.isRunning()).toBe(true)
    await writeFile(wording, good)
    await dev.painted(3)
  })
})
