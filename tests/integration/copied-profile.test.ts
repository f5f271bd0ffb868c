import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import { openJournal } from '../../electron/orders/journal.ts'
import { readKeyFile } from '../../electron/records/keys/key-file.ts'
import { newKeychain, type TestKeychain } from '../../electron/records/testing/rig.ts'
import { ann, cut, look, newFolder, now, pin, server, start } from '../../electron/records/testing/workplace.ts'
import { auditAnchor } from '../../electron/vault/audit-anchor.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { epochs } from '../../electron/vault/epochs.ts'
import { keyParts } from '../../electron/vault/key-part.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { rotations } from '../../electron/vault/rotations.ts'
import { tries } from '../../electron/vault/tries.ts'
import { userKeyOf } from '../../electron/vault/user-key.ts'
import { users } from '../../electron/vault/users.ts'
import { createVault } from '../../electron/vault/vault.ts'
import { Policy } from '../../shared/policy.ts'

const [issuer, subject] = ['https://ehr.example/auth', 'dr-a']
const userKey = userKeyOf(issuer, subject)
const note = { text: 'Cough for three days, since the journey.', caret: 5, typedAt: 1 }
/** Of patients, of what was written and of the PIN: none of it may be read anywhere. The chain names a patient by the EHR's own id, and by nothing else. */
const secrets = [note.text, 'penicillin', 'latex', 'Quill', '1961-03-12', pin]
const clock = { now: () => now }
const monotonic = () => performance.now()

/** A computer, or an account on it: a keychain that no copy of a folder brings along, and what main makes of it. */
async function machine() {
  const keychain = memoryKeychain()
  const key = await openDeviceKey(keychain)
  // What `records` is given of it here.
  const parts = newKeychain()
  const { vault: policy } = Policy.parse({ ehr: { fhirBase: server.fhirBase, clientId: 'test' } })
  return {
    keychain, key, parts,
    vaultIn: (userData: string) => createVault({ keyParts: keyParts(keychain), tries: tries({ keychain, monotonic, wait: async () => undefined }), epochs: epochs(keychain), rotations: rotations({ keychain, clock, policy: () => policy.rotate }), keeping: 'sealed', userData }),
    chainIn: (userData: string) => createAuditChain({ disk: chainFolder(join(userData, 'audit')), clock, monotonic, log: createLog(() => undefined, clock), key, anchor: auditAnchor(keychain), actor: () => ({ user: userKey, device: key.deviceId, epoch: 1 }) }),
  }
}
type Machine = Awaited<ReturnType<typeof machine>>

const folderOf = (userData: string) => join(userData, 'vaults', userKey)

/** The same in both forms of the keychain: the one that main has, and the one that stands in for it before `records`. */
async function keep(at: Machine, { parts }: TestKeychain): Promise<void> {
  await at.keychain.set(`key-part/${userKey}`, JSON.stringify(parts.map(({ id, part }) => ({ id, part: part.toString('base64url') }))))
}

/** A shift of one person at a machine: a chart was read, a note begun, an order of the desk taken; then they locked and went. */
async function shift(at: Machine, userData: string): Promise<void> {
  await users(at.keychain).remember({ userKey, user: { displayName: 'Dr. Anna Ames', role: 'physician' }, permissions: [], issuer, subject, authTime: now })
  at.vaultIn(userData).folder(userKey)
  const chain = at.chainIn(userData)
  await chain.announce({ event: 'app.started', outcome: 'success' })
  const rig = start({ folder: folderOf(userData), userKey, keychain: at.parts, audit: chain })
  expect(await rig.workspace().call('vault.setPin', { pin })).toEqual({ value: {} })
  expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'] })
  expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: note })).toMatchObject({ value: {} })
  await rig.stop()
  await chain.close()
  await keep(at, at.parts)
  const { journal } = await openJournal(userData, at.keychain)
  await journal.change((kept) => ({ ...kept, pending: [{ jti: 'order-1', kind: 'disable-user', userKey }] }))
}

/** Every file below, by its path. */
function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length), readFileSync(join(parentPath, name))] as const).sort(([a], [b]) => a.localeCompare(b)))
}

const textOf = (files: ReadonlyMap<string, Buffer>) => [...files.values()].map((bytes) => bytes.toString('latin1')).join('\n')

function showsNothing(text: string): void {
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
}

const linesOf = (userData: string) => readFileSync(join(userData, 'audit', 'chain-1.jsonl'), 'utf8')

/** The whole profile, after a shift, brought to another machine. */
async function copied(other: Machine) {
  const [userData, home] = [newFolder(), await machine()]
  await shift(home, userData)
  const copy = newFolder()
  cpSync(userData, copy, { recursive: true })
  const slot = (await readKeyFile(folderOf(copy)))?.current.slots[0]?.part ?? ''
  // Where it was made it opens; so what follows is of the copy.
  await expect(home.vaultIn(userData).releaseKeyPart(userKey, slot)).resolves.toMatchObject({ triesLeft: 4 })
  return { home, copy, slot, vault: other.vaultIn(copy) }
}

/** A machine at which nobody has worked; and one at which the same person has, in a profile of its own. */
const elsewhere = {
  'that has never seen the person': machine,
  'where the same person works too': async () => {
    const other = await machine()
    await shift(other, newFolder())
    return other
  },
} as const

describe.each([
  ['that has never seen the person', 'vault-corrupt', undefined, 'unset'],
  ['where the same person works too', 'vault-superseded', userKey, 'set'],
] as const)('a profile that was copied to a machine or an account %s', (which, failure, last, pinState) => {
  it('opens by nothing: not by the right PIN, nor by a full sign-in with the EHR’s part of the key; it says why, costs no try, and is left as it was @164.312(a)(2)(iv)', async () => {
    const other = await elsewhere[which]()
    const { copy, slot, vault } = await copied(other)
    const before = filesIn(copy)
    showsNothing(textOf(before))
    // Whose lock it shows at the start is the keychain's word, not the copy's.
    expect([(await users(other.keychain).last())?.userKey, await vault.pinState(userKey)]).toEqual([last, pinState])
    await expect(vault.releaseKeyPart(userKey, slot)).rejects.toMatchObject({ kind: failure })

    const locked = start({ state: 'locked', folder: folderOf(copy), userKey, keychain: other.parts })
    const tried = other.parts.tries
    expect(await locked.workspace().call('vault.unlock', { pin })).toMatchObject({ failure })
    expect(other.parts.tries).toBe(tried)
    expect(await locked.tab('ann').call('draft.read', { patient: ann })).toMatchObject({ failure: 'locked' })
    expect(await look(locked, 'allergies', 'kept')).toBe('locked')
    await locked.stop()

    const active = start({ folder: folderOf(copy), userKey, keychain: other.parts })
    expect(await active.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(server.shareAsks.length).toBeGreaterThan(0)
    expect(await active.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: {} })
    cut()
    expect(await look(active, 'allergies', 'kept')).toBe('offline')
    await active.stop()
    showsNothing(JSON.stringify([locked.told, active.told, locked.audit, active.audit]))
    expect(filesIn(copy)).toEqual(before)
  })

  it('is put aside once its owner says to go on without: notes and audit are all there, unread, and the chain says what was done and by whose machine @164.312(a)(2)(iv)', async () => {
    const other = await elsewhere[which]()
    const { home, copy } = await copied(other)
    const [before, lines] = [filesIn(folderOf(copy)), linesOf(copy)]
    const chain = other.chainIn(copy)
    const rig = start({ folder: folderOf(copy), userKey, keychain: other.parts, audit: chain })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one', withoutKept: true })).toEqual({ value: {} })
    expect(await rig.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: {} })
    await rig.stop()
    await chain.close()
    expect(readFileSync(join(folderOf(copy), 'work.aside-1.db')).equals(before.get('/work.db') ?? Buffer.alloc(0))).toBe(true)
    expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.set-aside', fields: { what: 'drafts' } })
    showsNothing(textOf(filesIn(copy)))

    expect(linesOf(copy).startsWith(lines)).toBe(true)
    const added = linesOf(copy).slice(lines.length)
    for (const said of [`"device":"${other.key.deviceId}"`, 'vault.drafts-set-aside', ...(last === undefined ? [] : ['chain.rolled-back'])]) expect(added).toContain(said)
    // What the first machine wrote is proven as its own; what follows is known as another's.
    expect(await verifyChain(join(copy, 'audit'), { key: home.key.publicJwk.x })).toMatchObject({ holds: false, faults: [{ kind: 'another-device' }] })
  })

  it('has no order in it carried out, and keeps what was ordered', async () => {
    const other = await elsewhere[which]()
    const { copy } = await copied(other)
    const { journal, isWhole } = await openJournal(copy, other.keychain)
    expect([isWhole, journal.current()]).toEqual([false, { seen: [], pending: [] }])
    const before = readFileSync(join(copy, 'orders', 'journal.json'), 'utf8')
    await journal.change((kept) => kept)
    expect(readFileSync(join(copy, 'orders', 'journal.aside.json'), 'utf8')).toBe(before)
  })
})

describe('a profile that was copied, with a keychain made for it @164.312(a)(2)(iv)', () => {
  it('stays shut for who knows the PIN and has the EHR’s part of the key, under a part of the right name, and under that very part as another person', async () => {
    const { home, copy, slot } = await copied(await machine())
    const forged: TestKeychain = { ...newKeychain(), parts: [{ id: slot, part: Buffer.alloc(32, 7) }] }
    const theirs: TestKeychain = { ...newKeychain(), parts: home.parts.parts }
    for (const [as, keychain] of [[userKey, forged], [userKeyOf(issuer, 'dr-b'), theirs]] as const) {
      const locked = start({ state: 'locked', folder: folderOf(copy), userKey: as, keychain })
      expect(await locked.workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
      await locked.stop()
      const active = start({ folder: folderOf(copy), userKey: as, keychain })
      expect(await active.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
      await active.stop()
    }
  })
})
