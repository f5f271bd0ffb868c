import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newKeychain, type Rig, type RigOptions, startRig, type TestKeychain } from '../../electron/records/testing/rig.ts'
import { PatientId } from '../../shared/contract/ids.ts'
import { permissions } from '../../shared/contract/index.ts'
import { startEhr, type TestEhr } from './outbox/ehr.ts'

const pin = 'kestrel-7'
const ann = PatientId.parse('ann')
const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2_500_000)])

let ehr: TestEhr
let root: string
let rigs: Rig[]
beforeEach(async () => {
  ehr = await startEhr()
  root = mkdtempSync(join(tmpdir(), 'chartkeep-outbox-'))
  rigs = []
})
afterEach(async () => {
  for (const rig of rigs) await rig.stop()
  await ehr.close()
  rmSync(root, { recursive: true, force: true })
})

type Options = Partial<Omit<RigOptions, 'folder' | 'keychain'>>

function start(options: Options & { folder: string; keychain: TestKeychain }): Rig {
  const rig = startRig({ server: ehr, token: 'ada', fhirUser: 'Practitioner/dr-ada', ...options })
  rigs.push(rig)
  return rig
}
/** A session with an open vault, and a letter attached to the note about Ann. */
async function atWork(options: Options = {}) {
  const folder = join(root, randomUUID())
  const keychain = newKeychain()
  const rig = start({ folder, keychain, ...options })
  expect(await rig.workspace().call('vault.setPin', { pin })).toEqual({ value: {} })
  return { rig, folder, keychain, attachment: await attach(rig) }
}
async function attach(rig: Rig, bytes = file): Promise<string> {
  const [grant, path] = [randomUUID(), join(root, 'letter of Vandermeer.pdf')]
  writeFileSync(path, bytes)
  rig.send({ kind: 'file-grant', grant, path })
  const tab = rig.tab('ann')
  let reply = await tab.call('attachment.add', { patient: ann, grant })
  while ('value' in reply && reply.value.done < reply.value.bytes) reply = await tab.call('attachment.step', { patient: ann, attachment: reply.value.attachment })
  if (!('value' in reply)) throw new Error(reply.failure)
  return reply.value.attachment
}
async function unlocked(folder: string, keychain: TestKeychain, options: Options = {}): Promise<Rig> {
  const rig = start({ folder, keychain, state: 'locked', ...options })
  expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
  return rig
}
const send = (rig: Rig, attachment: string) => rig.tab('ann').call('attachment.send', { patient: ann, attachment })
async function standing(rig: Rig, attachment: string): Promise<string> {
  const reply = await rig.tab('ann').call('attachment.list', { patient: ann })
  if (!('value' in reply)) return reply.failure
  const upload = reply.value.attachments.find(({ id }) => id === attachment)?.upload
  return upload?.state === 'refused' ? `refused: ${upload.failure}` : (upload?.state ?? 'gone')
}
const becomes = (rig: Rig, attachment: string, state: string) => vi.waitFor(async () => expect(await standing(rig, attachment)).toBe(state), { timeout: 8_000, interval: 40 })
const isFile = ({ method, path }: { method: string; path: string }) => method === 'POST' && path === 'Binary'
const isDocument = ({ method, path }: { method: string; path: string }) => method === 'POST' && path === 'DocumentReference'
const unsent = (rig: Rig) => rig.told.filter(({ kind }) => kind === 'unsent').at(-1)

describe('a file that is sent into the record', () => {
  it('is one document in this patient’s chart, which the EHR opens, and nobody on the way', async () => {
    const { rig, attachment } = await atWork()
    expect(await standing(rig, attachment)).toBe('kept')
    expect(unsent(rig)).toMatchObject({ drafts: 1, changes: 0 })
    expect(await send(rig, attachment)).toHaveProperty('value')
    await becomes(rig, attachment, 'sent')
    const [document, ...others] = await ehr.documents(attachment)
    expect(others).toEqual([])
    expect(document).toMatchObject({ subject: { reference: 'Patient/ann' }, description: 'letter of Vandermeer.pdf', author: [{ reference: 'Practitioner/dr-ada' }], content: [{ attachment: { contentType: 'application/pdf', size: file.length } }] })
    expect(document && (await ehr.fileOf(document)).equals(file)).toBe(true)
    const sealed = ehr.calls.find(isFile)?.body ?? Buffer.alloc(0)
    expect(sealed.length).toBeGreaterThan(file.length)
    for (let at = 0; at < file.length; at += 100_000) expect(sealed.includes(file.subarray(at, at + 32))).toBe(false)
    // What this workstation's vault opens it with stays here.
    expect(sealed.subarray(0, 4_000).toString('latin1')).not.toContain('"for":"vault"')
    expect(unsent(rig)).toMatchObject({ drafts: 0, changes: 0 })
    expect(await send(rig, attachment)).toMatchObject({ value: { upload: { state: 'sent' } } })
    expect(ehr.calls.filter(isDocument)).toHaveLength(1)
  })

  it('is recorded before anything of it leaves, and how it ended @164.312(b)', async () => {
    const { rig, attachment } = await atWork()
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    const entries = rig.audit.filter(({ event }) => event === 'outbox.send')
    expect(entries).toMatchObject([{ outcome: 'intent', patient: 'ann', action: 'C' }, { outcome: 'success', patient: 'ann' }])
    expect(rig.audit.some(({ event, outcome }) => event === 'attachment.send' && outcome === 'intent')).toBe(true)
    const other = await atWork()
    other.rig.refuseAudit()
    const before = ehr.calls.length
    expect(await send(other.rig, other.attachment)).toMatchObject({ failure: 'audit-unavailable' })
    expect(ehr.calls.slice(before).filter((call) => isFile(call) || isDocument(call))).toEqual([])
  })

  it('tells the window where it is, by the opaque id of the patient', async () => {
    const { rig, attachment } = await atWork()
    const window = rig.workspace()
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    const told = window.events.filter((event) => (event as { event: string }).event === 'upload') as { patient: string; attachment: string; upload: { state: string; share?: number } }[]
    expect(told.at(-1)).toMatchObject({ patient: 'ann', attachment, upload: { state: 'sent' } })
    const shares = told.flatMap(({ upload }) => upload.share ?? [])
    expect(shares).toEqual(shares.toSorted((one, other) => one - other))
    expect(shares.some((share) => share > 0 && share < 1)).toBe(true)
  })

  it('waits while the EHR is not there, can be taken back, and goes when it is there again', async () => {
    ehr.fate = () => ({ answer: 503 })
    const { rig, attachment } = await atWork()
    expect(await send(rig, attachment)).toHaveProperty('value')
    await becomes(rig, attachment, 'waiting')
    expect(unsent(rig)).toMatchObject({ drafts: 0, changes: 1 })
    expect(await rig.tab('ann').call('attachment.unsend', { patient: ann, attachment })).toEqual({ value: { upload: { state: 'kept' } } })
    ehr.fate = () => undefined
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    expect(await ehr.documents(attachment)).toHaveLength(1)
    expect(await rig.tab('ann').call('attachment.remove', { patient: ann, attachment })).toEqual({ value: {} })
    expect(await standing(rig, attachment)).toBe('gone')
    expect(unsent(rig)).toMatchObject({ drafts: 0, changes: 0 })
  })
})

describe('a workstation that is killed while a file is on its way', () => {
  const points = [
    ['when it was entered, and nothing had left', 'waiting', (call: { method: string; path: string }) => call.path.endsWith('_search'), {}],
    ['when the file had come to the EHR and nobody knew', 'waiting', isFile, { lost: true }],
    ['when the document was on its way', 'unconfirmed', isDocument, { answer: 503 }],
    ['when the document had come to the EHR and nobody knew', 'unconfirmed', isDocument, { lost: true }],
  ] as const

  it.each(points)('%s: has one document and one file at the EHR in the end, and says till then what it knows', async (_when, known, isPoint, fate) => {
    const { rig, folder, keychain, attachment } = await atWork()
    const before = ehr.records()
    const left = join(root, 'as-it-was-left')
    let leave: () => void = () => undefined
    const reached = new Promise<void>((resolve) => (leave = resolve))
    let isDead = false
    // What lies on the disk at this moment is all that a kill -9 leaves.
    ehr.fate = (call) => {
      if (isDead) return { answer: 503 }
      if (!isPoint(call)) return undefined
      isDead = true
      cpSync(folder, left, { recursive: true })
      leave()
      return 'lost' in fate ? fate : { answer: 503 }
    }
    const dead = { ...keychain, parts: [...keychain.parts] }
    await send(rig, attachment)
    await reached
    await rig.stop()
    const again = await unlocked(left, dead)
    await becomes(again, attachment, known)
    expect(unsent(again)).toMatchObject({ drafts: 0, changes: 1 })
    if (known === 'unconfirmed') {
      expect(await again.tab('ann').call('attachment.unsend', { patient: ann, attachment })).toMatchObject({ failure: 'conflict' })
      expect(await again.tab('ann').call('attachment.remove', { patient: ann, attachment })).toMatchObject({ failure: 'conflict' })
    }
    ehr.fate = () => undefined
    await again.stop()
    const last = await unlocked(left, dead)
    await becomes(last, attachment, 'sent')
    const documents = await ehr.documents(attachment)
    expect(documents).toHaveLength(1)
    for (const document of documents) expect((await ehr.fileOf(document)).equals(file)).toBe(true)
    expect(ehr.records()).toBe(before + 2)
    expect(unsent(last)).toMatchObject({ drafts: 0, changes: 0 })
  })

  it.each([
    ['the file', isFile],
    ['the document', isDocument],
  ])('and whose first try, of %s, is still under way at the EHR when the next one comes: they are one in the end', async (_what, isPoint) => {
    const { rig, folder, keychain, attachment } = await atWork()
    const before = ehr.records()
    const left = join(root, 'as-it-was-left')
    let [arrive, letGo] = [(): void => undefined, (): void => undefined]
    const arrived = new Promise<void>((resolve) => (arrive = resolve))
    const held = new Promise<void>((resolve) => (letGo = resolve))
    let tries = 0
    ehr.fate = (call) => {
      if (!isPoint(call)) return undefined
      tries += 1
      if (tries > 1) return undefined
      cpSync(folder, left, { recursive: true })
      arrive()
      return { before: () => held }
    }
    const dead = { ...keychain, parts: [...keychain.parts] }
    await send(rig, attachment)
    await arrived
    await rig.stop()
    const again = await unlocked(left, dead)
    await becomes(again, attachment, 'sent')
    letGo()
    await vi.waitFor(() => expect(ehr.done.filter(isPoint)).toHaveLength(2), { timeout: 8_000 })
    expect(await ehr.documents(attachment)).toHaveLength(1)
    expect(ehr.records()).toBe(before + 2)
  })

  it.each([
    ['the file', isFile, 2],
    ['the document', isDocument, 1],
  ])('when %s had come to an EHR that knows no keys of ours: there is one document, since it is asked first; of the file there may be two, of which one is named', async (_what, isPoint, files) => {
    ehr.heedsKeys = false
    const { rig, folder, keychain, attachment } = await atWork()
    const before = ehr.records()
    const left = join(root, 'as-it-was-left')
    let leave: () => void = () => undefined
    const reached = new Promise<void>((resolve) => (leave = resolve))
    ehr.fate = (call) => {
      if (!isPoint(call)) return undefined
      ehr.fate = () => ({ answer: 503 })
      cpSync(folder, left, { recursive: true })
      leave()
      return { lost: true }
    }
    const dead = { ...keychain, parts: [...keychain.parts] }
    await send(rig, attachment)
    await reached
    await rig.stop()
    await vi.waitFor(() => expect(ehr.done.filter(isPoint)).toHaveLength(1), { timeout: 8_000 })
    ehr.fate = () => undefined
    const again = await unlocked(left, dead)
    await becomes(again, attachment, 'sent')
    const documents = await ehr.documents(attachment)
    expect(documents).toHaveLength(1)
    for (const document of documents) expect((await ehr.fileOf(document)).equals(file)).toBe(true)
    expect(ehr.records()).toBe(before + 1 + files)
  })
})

describe('a lock while a file is on its way', () => {
  it('ends it on the wire, and it goes on after the unlock', async () => {
    const { rig, folder, keychain, attachment } = await atWork()
    let arrive: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => (arrive = resolve))
    ehr.fate = (call) => (isFile(call) ? { before: () => new Promise<void>(() => arrive()) } : undefined)
    await send(rig, attachment)
    await arrived
    expect(await standing(rig, attachment)).toBe('sending')
    await rig.stop()
    ehr.fate = () => undefined
    const again = await unlocked(folder, keychain)
    await becomes(again, attachment, 'sent')
    expect(await ehr.documents(attachment)).toHaveLength(1)
  })

  it('sends nothing while it is locked, nor for somebody whose right to it has gone', async () => {
    const { rig, folder, keychain, attachment } = await atWork()
    ehr.fate = () => ({ answer: 503 })
    await send(rig, attachment)
    await becomes(rig, attachment, 'waiting')
    await rig.stop()
    ehr.fate = () => undefined
    const before = ehr.calls.length
    const without = await unlocked(folder, keychain, { permissions: permissions.filter((permission) => permission !== 'file:send') })
    expect(await standing(without, attachment)).toBe('waiting')
    expect(await send(without, attachment)).toMatchObject({ failure: 'not-permitted' })
    expect(ehr.calls.slice(before)).toEqual([])
  })
})

describe('an EHR that does not take a file', () => {
  it.each([
    [403, 'forbidden'],
    [413, 'too-large'],
    [422, 'server'],
    [409, 'conflict'],
  ])('by %i is asked no more until somebody tries again, and holds up no other file', async (status, failure) => {
    const { rig, attachment } = await atWork()
    const other = await attach(rig, Buffer.from('%PDF-1.7 another'))
    ehr.fate = (call) => (isFile(call) && call.body.length > 100_000 ? { answer: status } : undefined)
    await send(rig, attachment)
    await send(rig, other)
    await becomes(rig, other, 'sent')
    expect(await standing(rig, attachment)).toBe(`refused: ${failure}`)
    expect(unsent(rig)).toMatchObject({ changes: 1 })
    expect(ehr.calls.filter((call) => isFile(call) && call.body.length > 100_000)).toHaveLength(1)
    ehr.fate = () => undefined
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    expect(await ehr.documents(attachment)).toHaveLength(1)
  })

  it('since it publishes no key for files is told nothing of it', async () => {
    ehr.publishesKeys = false
    const { rig, attachment } = await atWork()
    await send(rig, attachment)
    await becomes(rig, attachment, 'refused: no-file-key')
    expect(ehr.calls.filter(isFile)).toEqual([])
  })

  it('for a token that is over gets it with the next one', async () => {
    const { rig, attachment } = await atWork({ token: 'nobody', nextToken: 'ada' })
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    // The first thing that is asked is small: megabytes were not sent for nothing.
    expect(ehr.calls.filter(isFile)).toHaveLength(1)
  })

  it('after another key was published gets it sealed to that one', async () => {
    const { rig, attachment } = await atWork()
    const kid = await ehr.api.fileKeys.rotate()
    await send(rig, attachment)
    await becomes(rig, attachment, 'sent')
    expect(ehr.calls.find(isFile)?.body.subarray(0, 4_000).toString('latin1')).toContain(kid)
  })
})

describe('a file of one patient @164.312(c)(1)', () => {
  it('is not sent into the chart of another', async () => {
    const { rig, attachment } = await atWork()
    const bob = PatientId.parse('bob')
    expect(await rig.tab('ann').call('attachment.send', { patient: bob, attachment })).toMatchObject({ failure: 'wrong-patient' })
    expect(await rig.tab('bob').call('attachment.send', { patient: bob, attachment })).toMatchObject({ failure: 'not-found' })
    expect(ehr.calls).toEqual([])
  })
})
