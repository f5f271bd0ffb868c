import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { capture } from '../../../build/run/child.ts'
import { createFamily } from '../../../build/run/family.ts'
import { bearersOf } from '../../../build/run/marks.ts'
import { openDesktop } from '../../../build/session/desktop.ts'

const actors: ChildProcess[] = []
afterEach(() => {
  for (const actor of actors.splice(0)) actor.kill('SIGKILL')
})

const Announcement = z.object({ folder: z.string(), display: z.string() })

/** A command that opened a private desktop, and waits. */
async function startActor() {
  const mark = randomUUID()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'actor.ts'), mark], { stdio: ['ignore', 'pipe', 'inherit'] })
  actors.push(child)
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, mark, ...Announcement.parse(JSON.parse(String(line))) }
}

describe.runIf(process.platform === 'linux')('A private desktop', () => {
  it('ends with everything that was started in it, the stubborn and the strayed too, on Ctrl-C', async () => {
    const actor = await startActor()
    // Bus, display, keyring, the stubborn one, the strayed one, and none is counted twice.
    expect(bearersOf(actor.mark).length).toBeGreaterThanOrEqual(5)
    actor.child.kill('SIGINT')
    await once(actor.child, 'close')
    expect(bearersOf(actor.mark)).toEqual([])
    expect(existsSync(dirname(actor.folder))).toBe(false)
  })

  it('leaves nobody behind when its command is killed without a word', async () => {
    const actor = await startActor()
    actor.child.kill('SIGKILL')
    await once(actor.child, 'close')
    // Within the three seconds that a process gets to end by itself, and a moment.
    await expect.poll(() => bearersOf(actor.mark), { timeout: 10_000 }).toEqual([])
    await expect.poll(() => existsSync(dirname(actor.folder)), { timeout: 5_000 }).toBe(false)
  })

  it('is not shared: two at once have displays, buses and keyrings of their own', async () => {
    const [one, other] = await Promise.all([startActor(), startActor()])
    expect(one.display).not.toBe(other.display)
    expect(one.folder).not.toBe(other.folder)
    for (const actor of [one, other]) actor.child.kill('SIGTERM')
    await expect.poll(() => [...bearersOf(one.mark), ...bearersOf(other.mark)], { timeout: 10_000 }).toEqual([])
  })

  it('shows its display to nobody without the cookie', async () => {
    const family = createFamily()
    const desktop = await openDesktop(family, { ...process.env, CI: 'true' })
    try {
      const look = (env: NodeJS.ProcessEnv) => capture('xdotool', ['getdisplaygeometry'], { env })
      expect(await look(desktop.env)).toMatchObject({ code: 0, stdout: '1440 900\n' })
      expect((await look({ ...desktop.env, XAUTHORITY: '/nonexistent' })).code).not.toBe(0)
    } finally {
      await family.end()
      await desktop.close()
    }
  })
})
