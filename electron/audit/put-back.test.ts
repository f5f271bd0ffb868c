import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import { clock, ed25519, entries, file, folder, logged, look, useFolder } from './chain.testing.ts'
import { chainFolder } from './disk.ts'
import { verifyChain } from './verify/verify.ts'

useFolder()

describe('a profile that was put back to an older state', () => {
  it('is noticed at the next start by what the keychain last saw, and the chain says so from then on', async () => {
    let held: { readonly seq: number; readonly hash: string } | undefined
    const anchor = { get: () => Promise.resolve(held), set: (seen: { readonly seq: number; readonly hash: string }) => Promise.resolve(void (held = seen)) }
    const key = { deviceId: 'device-1', ...ed25519() }
    const open = () => createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }), log: createLog((line) => logged.push(line), clock), key, anchor })
    const write = async () => {
      const chain = open()
      await chain.intent(look())
      await chain.close()
    }
    await write()
    const older = readFileSync(file())
    await write()
    expect(held?.seq).toBe(5)
    await write()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 7, signed: { seq: 7 } })
    // The older state whole, and nothing at all.
    for (const put of [() => writeFileSync(file(), older), () => rmSync(file())]) {
      put()
      const seen = held
      await write()
      expect(entries().find((entry) => entry['event'] === 'chain.rolled-back')).toMatchObject({ anchorSeq: seen?.seq, anchorHash: seen?.hash })
      expect(await verifyChain(folder)).toMatchObject({ holds: false, faults: [{ kind: 'rolled-back' }] })
      held = seen
    }
    expect(logged.join()).toContain('audit.rolled-back')
  })

  it('a keychain that cannot be read costs the anchor, never the chain', async () => {
    const refuse = () => Promise.reject(new Error('keychain'))
    const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 42, actor: () => ({ user: undefined, device: 'd', epoch: 1 }), log: createLog((line) => logged.push(line), clock), key: { deviceId: 'd', ...ed25519() }, anchor: { get: refuse, set: refuse } })
    await chain.intent(look())
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 3, signed: { seq: 3 } })
    expect(logged.join()).toContain('audit.not-anchored')
  })
})
