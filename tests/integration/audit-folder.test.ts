import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { makeAppendOnly } from '../../electron/audit/ship/copy-file.ts'
import { folderPlace } from '../../electron/audit/ship/folder-place.ts'
import type { Place } from '../../electron/audit/ship/place.ts'
import { createShipping } from '../../electron/audit/ship/shipping.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'

const clock = { now: () => Date.now() }
let home = ''
let logged: string[] = []
let ends: (() => Promise<unknown>)[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chartkeep-folder-'))
  mkdirSync(join(home, 'share'))
  logged = []
  ends = []
})
afterEach(async () => {
  for (const end of ends) await end().catch(() => undefined)
  chmodSync(join(home, 'share'), 0o700)
  rmSync(home, { recursive: true, force: true })
})

const keychain = memoryKeychain()

/** A chain, and what reports it. */
async function workstation(places: (device: string) => readonly Place[], fileBytes = 3_000) {
  const key = await openDeviceKey(keychain)
  const folder = join(home, 'audit')
  const log = createLog((line) => void logged.push(line), clock)
  const shipping = createShipping({ folder, key, log, chance: () => 0 })
  const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => performance.now(), log, key, fileBytes, actor: () => ({ user: 'u', device: key.deviceId, epoch: 1 }), onDurable: shipping.upTo })
  const end = async () => {
    await chain.close()
    await shipping.close()
  }
  ends.push(end)
  shipping.to(places(key.deviceId))
  await chain.open()
  let written = 0
  return {
    copy: join(home, 'share', key.deviceId),
    write: async (entries: number) => {
      for (let n = 0; n < entries; n += 1) {
        written += 1
        await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: written.toString(16).padStart(8, '0') })
      }
      await chain.checkpoint()
    },
    end,
  }
}

const share = (onFile: (isAppendOnly: boolean) => void = () => undefined) => (device: string) => [folderPlace({ folder: join(home, 'share'), device, makeAppendOnly: async () => false, onFile })]
const filesIn = (folder: string) => (existsSync(folder) ? Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => [name, readFileSync(join(folder, name), 'utf8')])) : {})
const isCopied = (copy: string) => vi.waitFor(() => expect(filesIn(copy)).toEqual(filesIn(join(home, 'audit'))), { timeout: 10_000 })

describe('a folder that keeps a copy of the chain @164.312(b) @164.312(c)', () => {
  it('holds it file by file, so that the verifier proves the copy as it proves the chain', async () => {
    const { copy, write, end } = await workstation(share())
    await write(40)
    await isCopied(copy)
    await write(3)
    await end()
    const { copy: after } = await workstation(share())
    await isCopied(after)
    expect(Object.keys(filesIn(copy)).length).toBeGreaterThan(3)
    expect(await verifyChain(copy)).toMatchObject({ holds: true })
    const last = Object.keys(filesIn(copy)).at(-1) ?? ''
    writeFileSync(join(copy, last), (filesIn(copy)[last] ?? '').replace('"u"', '"v"'))
    expect(await verifyChain(copy)).toMatchObject({ holds: false })
  })

  it('completes what a crash left half written, and writes nothing twice where it came before the cursor', async () => {
    const first = await workstation(share(), 1_000_000)
    await first.write(20)
    await isCopied(first.copy)
    await first.end()
    // The cursor is older than the copy, which ends within a line.
    rmSync(join(home, 'audit', 'shipped'), { recursive: true })
    const copy = join(first.copy, 'chain-1.jsonl')
    truncateSync(copy, readFileSync(copy).length - 100)
    const second = await workstation(share(), 1_000_000)
    await second.write(2)
    await isCopied(second.copy)
    expect(await verifyChain(second.copy)).toMatchObject({ holds: true })
  })

  it('is told of for each new file whether the system keeps it append-only', async () => {
    const told: boolean[] = []
    const { copy, write } = await workstation(share((isAppendOnly) => told.push(isAppendOnly)))
    await write(20)
    await isCopied(copy)
    expect(told).toEqual(Object.keys(filesIn(copy)).map(() => false))
    // As the system of this test has it: where it says yes, it holds.
    const path = join(home, 'share', 'mine')
    writeFileSync(path, 'a line\n')
    const isAppendOnly = await makeAppendOnly(path)
    const attempts = [() => truncateSync(path, 0), () => writeFileSync(path, 'another'), () => rmSync(path)]
    if (isAppendOnly) {
      for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'EPERM' }))
      appendFileSync(path, 'one more\n')
      execFileSync('chattr', ['-a', path])
    } else for (const attempt of attempts) expect(attempt).not.toThrow()
  })

  it.each<[string, (copy: string) => void, string]>([
    ['may not be written', () => chmodSync(join(home, 'share'), 0o500), 'disk-read-only'],
    ['is not there', () => renameSync(join(home, 'share'), join(home, 'unmounted')), 'not-found'],
    ['has a link in the place of a file', (copy) => (mkdirSync(copy), writeFileSync(join(home, 'other'), ''), symlinkSync(join(home, 'other'), join(copy, 'chain-1.jsonl'))), 'not-found'],
    ['has something else there', (copy) => (mkdirSync(copy), writeFileSync(join(copy, 'chain-1.jsonl'), 'something else that was here before\n')), 'conflict'],
  ])('that %s gets nothing, and the log says so', async (_what, spoil, failure) => {
    const key = await openDeviceKey(keychain)
    spoil(join(home, 'share', key.deviceId))
    const { write } = await workstation(share())
    await write(3)
    await vi.waitFor(() => expect(logged.join('')).toContain(`"audit.ship-waits"`), { timeout: 5_000 })
    expect(logged.join('')).toContain(`"failure":"${failure}"`)
    expect(existsSync(join(home, 'other')) ? readFileSync(join(home, 'other'), 'utf8') : '').toBe('')
    if (existsSync(join(home, 'unmounted'))) renameSync(join(home, 'unmounted'), join(home, 'share'))
  })

  it('that holds less than it acknowledged is written to no more: it was cut, or is another', async () => {
    const { copy, write } = await workstation(share(), 1_000_000)
    await write(10)
    await isCopied(copy)
    truncateSync(join(copy, 'chain-1.jsonl'), 500)
    await write(2)
    await vi.waitFor(() => expect(logged.join('')).toContain('"failure":"conflict"'), { timeout: 5_000 })
    expect(readFileSync(join(copy, 'chain-1.jsonl')).length).toBe(500)
  })

  it('gets it all while another place is down, which gets it all later', async () => {
    let isDown = true
    const other: string[] = []
    const flaky: Place = {
      name: 'ehr',
      target: 'elsewhere',
      atOnce: { lines: 8, bytes: 10_000 },
      deliver: async (lines) => (isDown ? { taken: 0, failure: 'offline' } : (other.push(...lines.map(({ text }) => text)), { taken: lines.length })),
    }
    const { copy, write } = await workstation((device) => [flaky, ...share()(device)])
    await write(30)
    await isCopied(copy)
    expect(other).toEqual([])
    isDown = false
    await vi.waitFor(() => expect(other.map((line) => `${line}\n`).join('')).toBe(Object.values(filesIn(copy)).join('')), { timeout: 10_000 })
  })

  it('is another folder by policy: it gets the chain from its beginning', async () => {
    const first = await workstation(share())
    await first.write(10)
    await isCopied(first.copy)
    await first.end()
    mkdirSync(join(home, 'other-share'))
    const second = await workstation((device) => [folderPlace({ folder: join(home, 'other-share'), device, makeAppendOnly: async () => false, onFile: () => undefined })])
    const copy = second.copy.replace(`${join(home, 'share')}/`, `${join(home, 'other-share')}/`)
    await isCopied(copy)
    expect(await verifyChain(copy)).toMatchObject({ holds: true })
  })
})
