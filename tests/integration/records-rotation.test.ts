import { randomUUID } from 'node:crypto'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { type KeySets, readKeyFile, writeKeyFile } from '../../electron/records/keys/key-file.ts'
import type { Rig, RigOptions, TestKeychain } from '../../electron/records/testing/rig.ts'
import { ann, begin, cut, folder, keychain, look, newFolder, now, pin, resume, server, start } from '../../electron/records/testing/workplace.ts'

const note = { text: 'Cough for three days.', caret: 0, typedAt: 1 }
const draftIn = async (rig: Rig) => rig.tab('ann').call('draft.read', { patient: ann })
const keysIn = async (at: string): Promise<KeySets> => (await readKeyFile(at)) ?? expect.fail('there is no key file')
const partsIn = async (at: string) => (await keysIn(at)).current.slots.map(({ kind, part }) => ({ kind, part }))
/** What is told of rotations, without what ties the entries together. */
const entries = ({ audit }: Rig) => audit.filter(({ event }) => event.startsWith('key.')).map(({ event, outcome, failure }) => [event, outcome, failure])

/** A vault with a note in it, shut, and its key due to be replaced. */
async function due(options: Partial<RigOptions> = {}): Promise<string> {
  const rig = await begin(options)
  await rig.tab('ann').call('draft.save', { patient: ann, draft: { ...note, typedAt: now } })
  await rig.stop()
  keychain.due = 'key-part'
  return keychain.parts[0]?.id ?? expect.fail('there is no part')
}

/** At a full sign-in, with what the PIN and the EHR hold. */
const unlockFully = (options: Partial<RigOptions> = {}) => resume({ hasJustSignedIn: true, ...options })

describe('a part of the key that is due to be replaced @164.312(a)(2)(iv)', () => {
  it('is replaced behind an unlock, for every secret that opens the vault, and the old one is destroyed', async () => {
    const before = await due()
    const rig = await unlockFully()
    await rig.heard('key-rotated')
    const [fresh] = keychain.parts
    expect(keychain.parts).toHaveLength(1)
    expect(fresh?.id).not.toBe(before)
    expect(await partsIn(folder)).toEqual([{ kind: 'pin', part: fresh?.id }, { kind: 'share', part: fresh?.id }])
    expect((await keysIn(folder)).fresh).toBeUndefined()
    await vi.waitFor(() => expect(entries(rig)).toEqual([['key.part-rotated', 'intent', undefined], ['key.part-rotated', 'success', undefined]]))
    await rig.stop()

    keychain.due = 'nothing'
    expect(await draftIn(await resume())).toMatchObject({ value: { draft: { text: note.text } } })
    // And by the share alone.
    keychain.tries = 0
    const forgetful = start()
    expect(await forgetful.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(forgetful)).toMatchObject({ value: { draft: { text: note.text } } })
  })

  it('waits for the share of the EHR, which comes with a full sign-in: till then all opens as it did', async () => {
    const before = await due()
    const rig = await resume()
    await vi.waitFor(() => expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.rotation-waits', fields: { failure: 'unauthorized' } }))
    expect(await partsIn(folder)).toEqual([{ kind: 'pin', part: before }, { kind: 'share', part: before }])
    expect(rig.told.some(({ kind }) => kind === 'want-next-key')).toBe(false)
    expect(entries(rig)).toEqual([])
    await rig.stop()
    await (await unlockFully()).heard('key-rotated')
    expect(await partsIn(folder)).not.toContainEqual({ kind: 'pin', part: before })
  })

  it('leaves no copy behind under a share that the EHR does not hold any more', async () => {
    await due()
    server.share = undefined
    await (await unlockFully()).heard('key-rotated')
    expect(await partsIn(folder)).toEqual([{ kind: 'pin', part: keychain.parts[0]?.id }])
  })

  it('needs no share where there is none', async () => {
    server.share = undefined
    const before = await due()
    await (await resume()).heard('key-rotated')
    expect(keychain.parts.map(({ id }) => id)).not.toContain(before)
  })

  it('stays where it cannot be recorded that it goes', async () => {
    const before = await due()
    const rig = await unlockFully()
    rig.refuseAudit()
    await vi.waitFor(() => expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.rotation-waits', fields: { failure: 'audit-unavailable' } }))
    expect(keychain.parts.map(({ id }) => id)).toEqual([before])
  })

  it('stays where the keychain takes no other, which is recorded, and the session goes on', async () => {
    const before = await due()
    keychain.succeeds = false
    const rig = await unlockFully()
    await vi.waitFor(() => expect(entries(rig)).toEqual([['key.part-rotated', 'intent', undefined], ['key.part-rotated', 'failed', 'keychain-denied']]))
    expect(await partsIn(folder)).toEqual([{ kind: 'pin', part: before }, { kind: 'share', part: before }])
    expect(await draftIn(rig)).toMatchObject({ value: { draft: { text: note.text } } })
  })
})

const isMoved = (rig: Rig) => vi.waitFor(() => expect(entries(rig).at(-1)).toEqual(['key.data-rotated', 'success', undefined]), { timeout: 10_000 })
const databasesIn = (at: string) => readdirSync(at).filter((name) => name.endsWith('.db')).sort()

describe('the key of all that is kept, where it is due to be replaced @164.312(a)(2)(iv)', () => {
  /** A vault with notes and what was read of a chart in it. */
  async function dueWhole(): Promise<void> {
    const rig = await begin()
    await rig.tab('ann').call('draft.save', { patient: ann, draft: { ...note, typedAt: now } })
    await rig.tab('bob').call('draft.save', { patient: PatientId.parse('bob'), draft: { ...note, text: 'of Bob', typedAt: now } })
    await look(rig)
    await rig.stop()
    keychain.due = 'data-key'
  }

  it('is replaced behind an unlock: all of it is sealed anew, also what nobody looks at, and nothing is left under the old one', async () => {
    await dueWhole()
    const before = await keysIn(folder)
    const copy = newFolder()
    cpSync(folder, copy, { recursive: true })
    const rig = await unlockFully()
    await isMoved(rig)
    expect(entries(rig)).toEqual([['key.data-rotated', 'intent', undefined], ['key.data-rotated', 'success', undefined]])
    expect(keychain.dataKey).toBe(2)
    expect(databasesIn(folder)).toEqual(['cache-2.db', 'work-2.db'])
    const after = await keysIn(folder)
    expect(after.current.previous).toBeUndefined()
    expect(after.current.slots.map(({ generation }) => generation)).toEqual([2, 2])
    // The session that it happened in goes on with all of it.
    cut()
    expect(await draftIn(rig)).toMatchObject({ value: { draft: { text: note.text } } })
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'], source: 'cache' })
    await rig.stop()

    keychain.due = 'nothing'
    const again = await resume()
    expect(await draftIn(again)).toMatchObject({ value: { draft: { text: note.text } } })
    expect(await again.tab('bob').call('draft.read', { patient: PatientId.parse('bob') })).toMatchObject({ value: { draft: { text: 'of Bob' } } })
    expect(await look(again)).toMatchObject({ ids: ['a1', 'a2'], source: 'cache' })
    expect(again.told.filter((message) => message.kind === 'log' && message.event === 'vault.noticed')).toEqual([])
    await again.stop()
    // What was copied before names a part that is destroyed.
    expect((await keysIn(copy)).current.slots[0]?.part).toBe(before.current.slots[0]?.part)
    expect(await start({ folder: copy, state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-superseded' })
  })

  it('takes what is written meanwhile, and is done again when it is due again', async () => {
    await dueWhole()
    const rig = await unlockFully()
    await rig.heard('key-rotated')
    await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'newer', caret: 0, typedAt: now } })
    await rig.tab('bob').call('draft.save', { patient: PatientId.parse('bob'), draft: { text: '', caret: 0, typedAt: now } })
    await isMoved(rig)
    await rig.stop()
    const second = await unlockFully()
    await isMoved(second)
    expect(databasesIn(folder)).toEqual(['cache-3.db', 'work-3.db'])
    expect(await draftIn(second)).toMatchObject({ value: { draft: { text: 'newer' } } })
    expect(await second.tab('bob').call('draft.read', { patient: PatientId.parse('bob') })).toEqual({ value: {} })
  })

  it('is gone on with after an end of the process, wherever it was', async () => {
    await dueWhole()
    const copies: { readonly name: string; readonly at: string; readonly keychain: TestKeychain }[] = []
    const snapshot = (name: string) => {
      const at = newFolder()
      cpSync(folder, at, { recursive: true })
      copies.push({ name, at, keychain: { ...keychain, parts: [...keychain.parts] } })
    }
    const old = await keysIn(folder)
    keychain.onSucceed = () => snapshot('with a new part in the keychain')
    keychain.onCost = () => snapshot('before the new copies are written')
    keychain.onRotated = () => snapshot('with the new DEK on the disk, and both parts')
    const rig = await unlockFully()
    await rig.heard('key-rotated')
    const last = copies.at(-1) ?? expect.fail('nothing was kept of it')
    // Between the two writes of the key file: the files of the new DEK are there, empty, and what is current is what was.
    const between = newFolder()
    cpSync(last.at, between, { recursive: true })
    await writeKeyFile(between, { current: old.current, fresh: (await keysIn(last.at)).current })
    copies.push({ name: 'with both copies on the disk', at: between, keychain: { ...last.keychain } })
    await isMoved(rig)
    // Before the files of the old one are gone.
    const late = newFolder()
    cpSync(folder, late, { recursive: true })
    for (const name of ['work.db', 'cache.db']) cpSync(join(copies[0]?.at ?? '', name), join(late, name))
    copies.push({ name: 'with files that nothing opens any more', at: late, keychain: { ...keychain, parts: [...keychain.parts] } })
    await rig.stop()

    for (const copy of copies) {
      // What was begun needs no second order.
      const due = copy.name === 'with the new DEK on the disk, and both parts' ? 'nothing' : 'data-key'
      const held: TestKeychain = { ...copy.keychain, due, onSucceed: undefined, onCost: undefined, onRotated: undefined }
      const again = await resume({ folder: copy.at, keychain: held, hasJustSignedIn: true })
      expect([copy.name, await draftIn(again)]).toMatchObject([copy.name, { value: { draft: { text: note.text } } }])
      await isMoved(again)
      expect([copy.name, again.told.filter((message) => message.kind === 'log' && message.event === 'vault.noticed')]).toEqual([copy.name, []])
      expect([copy.name, await again.tab('bob').call('draft.read', { patient: PatientId.parse('bob') })]).toMatchObject([copy.name, { value: { draft: { text: 'of Bob' } } }])
      await again.stop()
      expect([copy.name, held.parts.length, databasesIn(copy.at).filter((file) => /^work(-\d+)?\.db$/.test(file)).length]).toEqual([copy.name, 1, 1])
    }
  })

  it('keeps the files that are attached to notes open, also before they are moved', async () => {
    const path = join(newFolder(), 'scan.txt')
    writeFileSync(path, 'of the ward')
    const first = await begin()
    const grant = randomUUID()
    first.send({ kind: 'file-grant', grant, path })
    const page = first.tab('ann')
    const added = await page.call('attachment.add', { patient: ann, grant })
    if ('failure' in added) expect.fail(added.failure)
    const { attachment } = added.value
    expect(await page.call('attachment.step', { patient: ann, attachment })).toMatchObject({ value: { done: 11 } })
    await first.stop()
    keychain.due = 'data-key'

    // While somebody waits for an answer nothing is moved.
    const held: ServerResponse[] = []
    server.intercept = (asked, response) => asked.path.startsWith('AllergyIntolerance') && held.push(response) > 0
    const rig = await unlockFully()
    const waiting = look(rig)
    await rig.heard('key-rotated')
    await vi.waitFor(() => expect(held).toHaveLength(1))
    const text = async () => {
      const opened = await rig.tab('ann').call('attachment.open', { patient: ann, attachment })
      if ('failure' in opened) return opened.failure
      const part = await rig.tab('ann').call('document.part', { patient: ann, file: opened.value.file, part: 0 })
      return 'failure' in part ? part.failure : Buffer.from(part.value.data, 'base64').toString()
    }
    expect(databasesIn(folder)).toContain('work.db')
    expect(await text()).toBe('of the ward')
    server.intercept = () => false
    for (const response of held) response.destroy()
    await waiting
    await isMoved(rig)
    expect(await text()).toBe('of the ward')
  })

  it('leaves all as it was where the keychain takes no other part', async () => {
    await dueWhole()
    keychain.succeeds = false
    const rig = await unlockFully()
    await vi.waitFor(() => expect(entries(rig).at(-1)).toEqual(['key.data-rotated', 'failed', 'keychain-denied']))
    expect(databasesIn(folder)).toEqual(['cache.db', 'work.db'])
    expect(await draftIn(rig)).toMatchObject({ value: { draft: { text: note.text } } })
  })
})

describe('an end of the process in the middle of a rotation', () => {
  let copies: { readonly name: string; readonly at: string; readonly keychain: TestKeychain }[]
  beforeEach(() => void (copies = []))

  /** What a process that is killed now leaves: the disk and the keychain as they are. */
  function snapshot(name: string): void {
    const at = newFolder()
    cpSync(folder, at, { recursive: true })
    copies.push({ name, at, keychain: { ...keychain, parts: [...keychain.parts] } })
  }

  it('opens with the same PIN wherever it was, loses no note, and is gone on with', async () => {
    await due()
    snapshot('before')
    keychain.onSucceed = () => snapshot('with a new part in the keychain')
    keychain.onCost = () => snapshot('before the new copies are written')
    keychain.onRotated = () => snapshot('with the new copies alone on the disk, and both parts')
    const old = await keysIn(folder)
    const rig = await unlockFully()
    await rig.heard('key-rotated')
    const [last] = copies.slice(-1)
    if (last === undefined) expect.fail('nothing was kept of it')
    // Between the two writes of the key file: what is current is what was, and the new copies stand beside it.
    const between = newFolder()
    cpSync(last.at, between, { recursive: true })
    await writeKeyFile(between, { current: old.current, fresh: (await keysIn(last.at)).current })
    copies.push({ name: 'with both copies on the disk', at: between, keychain: { ...last.keychain } })
    snapshot('after')
    await rig.stop()

    expect(copies.map(({ name }) => name)).toHaveLength(6)
    for (const copy of copies) {
      const held: TestKeychain = { ...copy.keychain, due: 'key-part', onSucceed: undefined, onCost: undefined, onRotated: undefined }
      const again = await resume({ folder: copy.at, keychain: held, hasJustSignedIn: true })
      expect([copy.name, await draftIn(again)]).toMatchObject([copy.name, { value: { draft: { text: note.text } } }])
      await again.heard('key-rotated')
      await again.stop()
      expect([copy.name, held.parts.length]).toEqual([copy.name, 1])
      expect([copy.name, (await partsIn(copy.at)).every(({ part }) => part === held.parts[0]?.id)]).toEqual([copy.name, true])
      held.due = 'nothing'
      const last = await resume({ folder: copy.at, keychain: held })
      expect([copy.name, await draftIn(last)]).toMatchObject([copy.name, { value: { draft: { text: note.text } } }])
      await last.stop()
    }
  })
})

describe('a profile from before a rotation', () => {
  it('is refused by its own name with the right PIN, and nothing in it opens any more', async () => {
    await due()
    const copy = newFolder()
    cpSync(folder, copy, { recursive: true })
    const rig = await unlockFully()
    await rig.heard('key-rotated')
    await rig.stop()
    keychain.due = 'nothing'
    expect(await start({ folder: copy, state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-superseded' })
    // Neither does the share that the EHR holds.
    expect(await start({ folder: copy }).workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
  })
})
