import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Part } from '../../build/checks/parts.ts'
import { type Patience, runParts } from '../../build/checks/run-parts.ts'
import type { Scene } from '../../build/run/command.ts'
import { createFamily } from '../../build/run/family.ts'
import { bearersOf } from '../../build/run/marks.ts'

const mark = randomUUID()
const family = createFamily(mark)
const scene: Scene = { root: import.meta.dirname, electron: '', app: '', isBuilt: true, family, stopping: new AbortController().signal, desktop: () => Promise.reject(new Error('nothing here needs one')) }

let folder: string
let said: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-hung-'))
  said = ''
  const hear = (line: unknown) => {
    said += `${String(line)}\n`
    return true
  }
  vi.spyOn(console, 'log').mockImplementation(hear)
  vi.spyOn(console, 'error').mockImplementation(hear)
  vi.spyOn(process.stdout, 'write').mockImplementation(hear)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await family.end()
  await rm(folder, { recursive: true, force: true })
})

/** A runner that never ends by itself, and a process of its own that does not hear that it should. */
const hangs = `
  process.on('SIGINT', () => process.stdout.write('at the test that hangs', () => process.exit(0)))
  const deaf = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGINT", () => {}); require("fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1_000)', process.argv[1]], { stdio: 'ignore' })
  setInterval(() => {}, 1_000)
`
const part = (more: Partial<Part>): Part => ({ name: 'a part', args: [], aloud: false, count: { by: 'exit code' }, ...more })
describe('a part of the test run that hangs', () => {
  it('is ended at its limit with all that it started, says where it was, counts as failed; and the next one runs', async () => {
    const pidFile = join(folder, 'pid')
    const allIsUp: Patience = {
      over: async () => {
        while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await delay(20)
      },
      lastWordsMs: 20_000,
    }
    expect(bearersOf(mark)).toEqual([])
    const hung = part({ name: 'the hung one', args: ['-e', hangs, pidFile], limitMinutes: 7 })
    expect(await runParts([hung, part({ args: ['-e', ''] })], scene, 1, allIsUp)).toEqual({ passed: 1, failed: 1, skipped: 0 })
    expect(said).toContain('the hung one: not at its end after 7 minutes')
    expect(said).toContain('at the test that hangs')
    const deaf = Number(readFileSync(pidFile, 'utf8'))
    await expect.poll(() => bearersOf(mark), { timeout: 20_000 }).not.toContain(deaf)
  })

  it('is no part that ends before its limit, whatever it came to', async () => {
    expect(await runParts([part({ args: ['-e', 'process.exit(3)'], limitMinutes: 7 })], scene, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(said).not.toContain('not at its end')
  })
})
