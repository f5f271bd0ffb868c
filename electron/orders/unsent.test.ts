import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createUnsentCounts } from './unsent.ts'

const [amara, nils] = ['a'.repeat(26), 'n'.repeat(26)]
let vaults = ''

beforeEach(() => {
  vaults = mkdtempSync(join(tmpdir(), 'chartkeep-unsent-'))
  for (const user of [amara, nils]) mkdirSync(join(vaults, user))
})
afterEach(() => rmSync(vaults, { recursive: true }))

const fileOf = (user: string) => join(vaults, user, 'unsent.json')

describe('the unsent work that a workstation reports', () => {
  it('is that of everybody whose vault lies here, and is known after a restart, before anybody unlocks', async () => {
    const counts = createUnsentCounts(vaults)
    counts.tell(amara, { drafts: 2, changes: 1 })
    counts.tell(amara, { drafts: 1, changes: 1 })
    counts.tell(nils, { drafts: 3, changes: 0 })
    await vi.waitFor(() => expect(readFileSync(fileOf(nils), 'utf8')).toBe('{"drafts":3,"changes":0}'))
    const next = createUnsentCounts(vaults)
    await next.load()
    expect(next.total()).toEqual({ drafts: 4, changes: 1 })
  })

  it('is no more what was known once somebody has unlocked, and goes with a wiped vault', async () => {
    writeFileSync(fileOf(amara), '{"drafts":9,"changes":9}')
    writeFileSync(fileOf(nils), '{"drafts":1,"changes":0}')
    const counts = createUnsentCounts(vaults)
    counts.tell(amara, { drafts: 0, changes: 2 })
    await counts.load()
    expect(counts.total()).toEqual({ drafts: 1, changes: 2 })
    rmSync(join(vaults, nils), { recursive: true })
    expect(counts.total()).toEqual({ drafts: 0, changes: 2 })
  })

  it('takes nothing from a file that is none of ours', async () => {
    writeFileSync(fileOf(amara), '{"drafts":-1,"changes":1e999,"note":"Jane"}')
    writeFileSync(fileOf(nils), Buffer.from([0xff, 0x00]))
    const counts = createUnsentCounts(vaults)
    await counts.load()
    expect(counts.total()).toEqual({ drafts: 0, changes: 0 })
  })

  it.runIf(process.platform !== 'win32')('waits for nobody where a pipe lies in the place of the file, and reads no large one', async () => {
    execFileSync('mkfifo', [fileOf(amara)])
    writeFileSync(fileOf(nils), `${' '.repeat(10_000)}{"drafts":1,"changes":0}`)
    const counts = createUnsentCounts(vaults)
    await counts.load()
    expect(counts.total()).toEqual({ drafts: 0, changes: 0 })
  })
})
