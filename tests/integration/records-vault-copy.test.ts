import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Rig } from '../../electron/records/testing/rig.ts'
import { ann, begin, folder, keychain, look, now, pin, resume, server, start } from '../../electron/records/testing/workplace.ts'

describe('an older copy of what is kept @164.312(c)(1)', () => {
  const draft = (text: string) => ({ text, caret: 0, typedAt: 1 })
  const noticed = (rig: Rig) => rig.told.filter((message) => message.kind === 'log' && message.event === 'vault.noticed').map((message) => 'fields' in message && message.fields)
  let copy: string
  beforeEach(() => (copy = mkdtempSync(join(tmpdir(), 'chartkeep-copy-'))))
  afterEach(() => rmSync(copy, { recursive: true, force: true }))

  async function writes(rig: Rig, text: string): Promise<void> {
    await look(rig)
    expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: draft(text) })).toMatchObject({ value: {} })
  }
  const bringBack = () => {
    rmSync(folder, { recursive: true })
    cpSync(copy, folder, { recursive: true })
  }

  it('is noticed, recorded and told; the notes in it are there, and the cache is made anew', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    cpSync(folder, copy, { recursive: true })
    const second = await resume()
    await writes(second, 'of the evening')
    await second.stop()
    expect(noticed(second)).toEqual([])

    bringBack()
    const third = start({ state: 'locked' })
    const page = third.workspace()
    expect(await page.call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(noticed(third)).toEqual([{ what: 'work', standing: 'older' }, { what: 'cache', standing: 'older' }])
    expect(third.audit).toContainEqual(expect.objectContaining({ event: 'vault.older', failure: 'vault-rolled-back' }))
    expect(page.events).toContainEqual({ event: 'keeping', trouble: { what: 'found', failure: 'vault-rolled-back' } })
    expect(await third.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: { draft: draft('of the morning') } })
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['work.aside-1.db', 'cache.aside.db']))
    await third.stop()
    // Once noticed it is what there is.
    expect(noticed(await resume())).toEqual([])
  })

  it('that was made while the vault was open is noticed after the lock', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    cpSync(folder, copy, { recursive: true })
    await writes(first, 'of the evening')
    await first.stop()
    bringBack()
    expect(noticed(await resume())).toContainEqual({ what: 'work', standing: 'older' })
  })

  it('is not seen in what a killed process left', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    // As if it had been killed: nothing of it is closed.
    const second = await resume()
    expect(noticed(second)).toEqual([])
    expect(await second.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: { draft: draft('of the morning') } })
  })

  it('is not seen where all was begun anew, nor where a damaged file was made anew before a crash', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    server.share = undefined
    keychain.tries = 0
    const anew = start()
    expect(await anew.workspace().call('vault.setPin', { pin, withoutKept: true })).toEqual({ value: {} })
    await anew.stop()
    expect(noticed(await resume())).toEqual([])

    for (const name of readdirSync(folder).filter((name) => name.startsWith('cache.db'))) writeFileSync(join(folder, name), Buffer.alloc(20_000, 7))
    const hurt = await resume()
    await look(hurt)
    // As if it had been killed: nothing of it is closed.
    expect(noticed(await resume())).toEqual([])
  })

  it('of nothing at all is noticed too', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    for (const name of readdirSync(folder).filter((name) => name.startsWith('work'))) rmSync(join(folder, name))
    expect(noticed(await resume())).toEqual([{ what: 'work', standing: 'missing' }])
  })
})

describe('a vault from an earlier version', () => {
  it('is refused by its own name; a new PIN puts its drafts aside, says so, and keeps again', async () => {
    const first = await begin()
    await first.tab('ann').call('draft.save', { patient: ann, draft: { text: 'note', caret: 0, typedAt: now } })
    await first.stop()
    const path = join(folder, 'keys.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"format":4', '"format":2'))
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-older' })
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one', withoutKept: true })).toEqual({ value: {} })
    expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.set-aside', fields: { what: 'drafts' } })
    expect(readdirSync(folder)).toContain('work.aside-1.db')
    expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'again', caret: 0, typedAt: now } })).toMatchObject({ value: {} })
    await rig.stop()
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
  })
})
