import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type AuditChain, createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'
import type { AuditPort } from '../../shared/audit.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import type { Rig } from '../../electron/records/testing/rig.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { ann, begin, look, now, resume } from '../../electron/records/testing/workplace.ts'
import { type LostDisk, type Way, ways } from './lost-disk/ways.ts'

let disk: LostDisk | undefined
let chains: AuditChain[] = []
afterEach(async () => {
  for (const chain of chains) await chain.close().catch(() => undefined)
  chains = []
  disk?.remove()
  disk = undefined
})

const clock = { now: () => Date.now() }
const key = await openDeviceKey(memoryKeychain())

/** The chain of a workstation, on that disk. */
function chainIn(folder: string, logged: string[] = []): AuditChain {
  const chain = createAuditChain({
    disk: chainFolder(join(folder, 'audit')),
    clock,
    monotonic: () => performance.now(),
    log: createLog((line) => void logged.push(line), clock),
    key,
    actor: () => ({ user: 'user-a', device: key.deviceId, epoch: 7 }),
  })
  chains.push(chain)
  return chain
}
const vaultIn = (folder: string) => join(folder, 'vault')

const note = (text: string) => ({ patient: ann, draft: { text, caret: 0, typedAt: now } })
const textIn = async (rig: Rig) => {
  const reply = await rig.tab('ann').call('draft.read', { patient: ann })
  return 'value' in reply ? reply.value.draft?.text : reply.failure
}

/** A physician who types and looks at a chart, as the disk goes, and what was answered as saved last. `audit`: where it is recorded, if not on that disk. */
async function working(way: Way, audit?: AuditPort) {
  const lost = way.make()
  disk = lost
  const logged: string[] = []
  const chain = chainIn(lost.folder, logged)
  const rig = await begin({ folder: vaultIn(lost.folder), audit: audit ?? chain })
  expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'] })
  const tab = rig.tab('ann')
  let saved = 'note 0'
  expect(await tab.call('draft.save', note(saved))).toEqual({ value: {} })
  // Meanwhile somebody types on, until it is not said to be saved.
  const losing = lost.lose()
  for (let stroke = 1; ; stroke += 1) {
    const text = `note ${stroke}`
    if ('failure' in (await tab.call('draft.save', note(text)))) break
    saved = text
  }
  await losing
  return { lost, chain, rig, tab, logged, saved }
}

/** What may stand there when it is back: what was answered as saved last, or what was typed next and reached the disk though it was not said to have. */
function textAfter({ isSyncBelieved }: Way, saved: string): readonly string[] {
  const last = Number(saved.slice('note '.length))
  return ['not saved', ...Array.from({ length: last + 2 }, (_, stroke) => `note ${stroke}`).slice(isSyncBelieved ? last : 0)]
}

describe.each(ways)('a disk $name @164.312(b) @164.312(c)', (way) => {
  it('shows nothing of a patient that cannot be recorded, and says why; what was answered as saved is there when it is back', async () => {
    const { lost, chain, rig, tab, logged, saved } = await working(way)
    expect(await tab.call('draft.save', note('not saved'))).toMatchObject({ failure: 'audit-unavailable' })
    expect(await look(rig)).toBe('audit-unavailable')
    expect(await look(rig, 'allergies', 'kept')).toBe('audit-unavailable')
    await expect(chain.checkpoint()).rejects.toMatchObject({ kind: 'audit-unavailable' })
    expect(logged.join('')).toContain('"audit.unavailable"')
    expect(logged.join('')).not.toContain('"audit.broken"')
    expect(rig.told.filter((message) => message.kind === 'log' && message.event === 'vault.set-aside')).toEqual([])
    await rig.stop()
    await chain.close().catch(() => undefined)

    const folder = lost.giveBack()
    const after = chainIn(folder)
    await after.open()
    const again = await resume({ folder: vaultIn(folder), keychain: rig.keychain, audit: after })
    expect(textAfter(way, saved)).toContain(await textIn(again))
    expect(await look(again)).toMatchObject({ ids: ['a1', 'a2'] })
    await again.stop()
    await after.close()
    expect(await verifyChain(join(folder, 'audit'), { key: key.publicJwk.x })).toMatchObject({ holds: true })
    expect(readdirSync(vaultIn(folder)).filter((name) => name.includes('aside'))).toEqual([])
  })

  it('is said where only what is kept lies on it: the chart is shown, the note is not said to be saved', async () => {
    const { lost, rig, tab, saved } = await working(way, { intent: () => Promise.resolve(), outcome: () => undefined })
    const workspace = rig.workspace()
    expect(await tab.call('draft.save', note('not saved'))).toMatchObject({ failure: 'disk-read-only' })
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'] })
    // What does not let itself be read is not taken for nothing, and not put aside.
    expect([saved, 'disk-read-only']).toContain(await textIn(rig))
    expect(workspace.events).toContainEqual({ event: 'keeping', trouble: { what: 'work', failure: 'disk-read-only' } })
    await rig.stop()
    const folder = lost.giveBack()
    const again = await resume({ folder: vaultIn(folder), keychain: rig.keychain })
    expect(textAfter(way, saved)).toContain(await textIn(again))
  })
})
