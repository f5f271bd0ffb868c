import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { createLog } from '../diagnostics/log.ts'
import { type Keychain, largestSecret } from '../vault/keychain.ts'
import { memoryKeychain } from '../vault/memory-keychain.ts'
import { unfinishedFiles } from './unfinished-files.ts'

let home = ''
let logged: string[] = []
let keychain: Keychain
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chartkeep-unfinished-'))
  logged = []
  const held = memoryKeychain()
  keychain = { ...held, set: (account, secret) => (Buffer.byteLength(secret) > largestSecret ? Promise.reject(new ChartkeepError('too-large')) : held.set(account, secret)) }
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const start = () => unfinishedFiles({ keychain, log: createLog((line) => void logged.push(line), { now: () => 0 }) })

/** A file that is begun at a path about so long, in bytes, and is never finished. */
async function begun(files: ReturnType<typeof start>, name: string, bytes: number): Promise<string> {
  const folder = join(home, 'ä'.repeat(100), 'ö'.repeat(100))
  mkdirSync(folder, { recursive: true })
  const { part } = await files.begin(join(folder, name.padEnd(Math.max(name.length, bytes - Buffer.byteLength(folder)), 'x')))
  writeFileSync(part, 'half of somebody')
  return part
}

describe('half a file in clear, of a process that was killed @164.312(a)(2)(iv)', () => {
  it('is removed at the next start, however long the paths are of those that were begun', async () => {
    const files = start()
    const parts: string[] = []
    for (let each = 0; each < 8; each += 1) parts.push(await begun(files, `report-${each}`, 600))
    expect(logged.join('')).not.toContain('export.not-noted')
    await start().clear()
    // The oldest are forgotten where not all fit; what is being written now is not among them.
    const left = parts.filter((part) => existsSync(part))
    expect(left.length).toBeLessThan(parts.length)
    expect(left).toEqual(parts.slice(0, left.length))
    expect(existsSync(parts.at(-1) ?? '')).toBe(false)
  })

  it('is all removed where the paths are of the usual length', async () => {
    const files = start()
    const parts: string[] = []
    for (let each = 0; each < 5; each += 1) parts.push(await begun(files, `report-${each}`, 0))
    await start().clear()
    expect(parts.filter((part) => existsSync(part))).toEqual([])
  })

  it('does not keep others from being noted where its own path is longer than the keychain holds, and the log says so', async () => {
    const files = start()
    const part = await begun(files, 'report', 0)
    await files.begin(join(home, 'x'.repeat(largestSecret)))
    expect(logged.join('')).toContain('export.not-noted')
    await start().clear()
    expect(existsSync(part)).toBe(false)
  })
})
