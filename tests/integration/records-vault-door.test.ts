import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { json, sharePath } from '../../electron/records/testing/fhir-server.ts'
import type { Rig, RigOptions } from '../../electron/records/testing/rig.ts'
import { ann, begin, cut, folder, keychain, look, now, pin, resume, server, start } from '../../electron/records/testing/workplace.ts'

describe('the PIN @164.312(d)', () => {
  it('counts a wrong try before it is known to be wrong, and says how many are left', async () => {
    await (await begin()).stop()
    const page = start({ state: 'locked' }).workspace()
    expect(await page.call('vault.unlock', { pin: 'wrong-1' })).toEqual({ failure: 'pin-wrong', triesLeft: 4 })
    expect(await page.call('vault.unlock', { pin: 'wrong-2' })).toEqual({ failure: 'pin-wrong', triesLeft: 3 })
    expect(keychain.tries).toBe(3)
    expect(await page.call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(keychain.tries).toBe(5)
  })

  it('is void after five wrong tries, even for who knows it', async () => {
    await (await begin()).stop()
    const page = start({ state: 'locked' }).workspace()
    for (let left = 4; left > 0; left -= 1) expect(await page.call('vault.unlock', { pin: 'wrong-x' })).toEqual({ failure: 'pin-wrong', triesLeft: left })
    expect(await page.call('vault.unlock', { pin: 'wrong-x' })).toEqual({ failure: 'pin-void', triesLeft: 0 })
    expect(await page.call('vault.unlock', { pin })).toEqual({ failure: 'pin-void', triesLeft: 0 })
  })

  it('must not be easy to guess; no key is asked for then', async () => {
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: '123456' })).toMatchObject({ failure: 'pin-weak' })
    expect(rig.told.some(({ kind }) => kind === 'want-new-key')).toBe(false)
  })

  it('never leaves over the way to main', async () => {
    const rig = await begin()
    await rig.stop()
    const second = await resume()
    expect(JSON.stringify([rig.told, second.told])).not.toContain(pin)
  })

  it('that is changed while the vault is open keeps what is in it', async () => {
    const rig = await begin()
    await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'note', caret: 0, typedAt: now } })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    await rig.stop()
    const page = start({ state: 'locked' })
    expect(await page.workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
    expect(await page.workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await page.tab('ann').call('draft.read', { patient: ann })).toMatchObject({ value: { draft: { text: 'note' } } })
  })

  it('opens by the copy of the key file where that is lost or damaged, and mends it; a PIN that was replaced has none', async () => {
    await (await begin()).stop()
    const [path, copy] = [join(folder, 'keys.json'), join(folder, 'keys.copy.json')]
    const good = readFileSync(path, 'utf8')
    for (const damaged of [path, copy]) {
      for (const text of [undefined, '', good.slice(0, 50), good.replace('"passes":3', '"passes":4').replace('"nonce":"', '"nonce":"A')]) {
        if (text === undefined) rmSync(damaged)
        else writeFileSync(damaged, text)
        const rig = start({ state: 'locked' })
        expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
        expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.key-file-mended', fields: {} })
        await rig.stop()
        for (const file of [path, copy]) expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(good))
      }
    }
    keychain.tries = 0
    const rig = start()
    await rig.workspace().call('vault.setPin', { pin: 'another-one' })
    await rig.stop()
    rmSync(path)
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
  })

  it('costs no try where the key file and its copy are damaged, missing, from an earlier version or from a later one, and leaves it as it is', async () => {
    await (await begin()).stop()
    rmSync(join(folder, 'keys.copy.json'))
    const path = join(folder, 'keys.json')
    const good = readFileSync(path, 'utf8')
    const damaged = good.replace(/"wrapped":"(.)/, (_all, first: string) => `"wrapped":"${first === 'A' ? 'B' : 'A'}`)
    for (const [text, kind] of [[damaged, 'vault-corrupt'], [good.slice(0, 50), 'vault-corrupt'], ['{}', 'vault-corrupt'], ['{"format":3,"slots":[]}', 'vault-older'], ['{"format":5,"more":[]}', 'vault-newer']] as const) {
      writeFileSync(path, text)
      expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: kind })
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
    expect(await start().workspace().call('vault.setPin', { pin })).toMatchObject({ failure: 'vault-newer' })
    expect(readFileSync(path, 'utf8')).toBe('{"format":5,"more":[]}')
    rmSync(path)
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-corrupt' })
    expect(keychain.tries).toBe(5)
  })
})

describe('a forgotten PIN @164.312(a)(2)(ii)', () => {
  const note = { text: 'Cough for three days.', caret: 0, typedAt: 1 }

  /** A workstation where a note was written and the PIN is void. */
  async function forgotten(options: Partial<RigOptions> = {}): Promise<void> {
    const rig = await begin(options)
    await look(rig)
    await rig.tab('ann').call('draft.save', { patient: ann, draft: note })
    await rig.stop()
    keychain.tries = 0
  }
  const draftIn = async (rig: Rig) => rig.tab('ann').call('draft.read', { patient: ann })
  const nothingIsAside = () => expect(readdirSync(folder).filter((name) => name.includes('aside'))).toEqual([])

  it('loses no draft: the share that the EHR releases after a full sign-in opens the vault for a new one', async () => {
    await forgotten()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
    await rig.stop()
    nothingIsAside()
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
    const again = start({ state: 'locked' })
    expect(await again.workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(again)).toEqual({ value: { draft: note } })
  })

  it.each([
    ['is out of reach', cut],
    ['refuses it, as to who is locked out or was refreshed', () => void (server.intercept = (asked, response) => asked.path === sharePath && json(response, 403, { error: 'needs-full-sign-in' }))],
    ['gives what is no share', () => void (server.share = 'short')],
    ['gives another one', () => void (server.share = Buffer.alloc(32, 7).toString('base64url'))],
    ['holds none any more', () => void (server.share = undefined)],
  ])('changes nothing while the EHR %s, until its owner says to go on without', async (_what, happens) => {
    await forgotten()
    const before = readFileSync(join(folder, 'keys.json'), 'utf8')
    happens()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe(before)
    nothingIsAside()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one', withoutKept: true })).toEqual({ value: {} })
    expect(readdirSync(folder)).toContain('work.aside-1.db')
  })

  it.each([
    ['lost', (path: string) => rmSync(path)],
    ['damaged', (path: string) => writeFileSync(path, 'no key file')],
  ])('asks before anything is destroyed where the key file and its copy are %s: once they are back, all opens as it did', async (_how, harm) => {
    await forgotten()
    const paths = [join(folder, 'keys.json'), join(folder, 'keys.copy.json')]
    const good = readFileSync(join(folder, 'keys.json'))
    for (const path of paths) harm(path)
    const before = keychain.parts
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(keychain.parts).toEqual(before)
    nothingIsAside()
    await rig.stop()
    for (const path of paths) writeFileSync(path, good)
    keychain.tries = 5
    const again = start({ state: 'locked' })
    expect(await again.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(await draftIn(again)).toEqual({ value: { draft: note } })
  })

  it('opens with the share once the EHR can be reached again, in the same session', async () => {
    await forgotten()
    cut()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    server.intercept = () => false
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
  })

  it('asks for no share where nobody has just signed in, and asks once where somebody has', async () => {
    await forgotten()
    expect(server.shareAsks).toHaveLength(1)
    await start({ state: 'locked' }).heard('ready')
    const rig = start({ hasJustSignedIn: false })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(server.shareAsks).toHaveLength(1)
  })

  it('is helped by a share that came later, at an unlock after a full sign-in', async () => {
    server.share = undefined
    await forgotten()
    server.share = Buffer.alloc(32, 9).toString('base64url')
    keychain.tries = 5
    const rig = start({ state: 'locked', hasJustSignedIn: true })
    await vi.waitFor(() => expect(server.shareAsks).toHaveLength(2))
    await look(rig)
    expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
    await rig.stop()
    keychain.tries = 0
    const forgetful = start()
    expect(await forgetful.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(forgetful)).toEqual({ value: { draft: note } })
  })

  it('that is replaced while main dies before it hears of it costs another sign-in, and no draft', async () => {
    await forgotten()
    keychain.settles = false
    expect(await start().workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'keychain-locked' })
    expect(keychain.parts).toHaveLength(2)
    keychain.settles = true
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'third-time-lucky' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
    expect(keychain.parts).toHaveLength(1)
  })

  it('never lets the share pass through main', async () => {
    await forgotten()
    const rig = start()
    await rig.workspace().call('vault.setPin', { pin: 'another-one' })
    expect(JSON.stringify(rig.told)).not.toContain(server.share)
  })
})

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
