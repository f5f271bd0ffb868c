import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
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
