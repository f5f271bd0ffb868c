import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import { checkpoint, type CheckpointKey } from './checkpoint.ts'
import { chainFolder } from './disk.ts'
import { append, type ChainHead, emptyChain, type EntryFields, readLine } from './entry.ts'
import { prunedFields, signPruned } from './pruned.ts'
import { readTail } from './tail.ts'

function newKey(): CheckpointKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { deviceId: 'device-1', publicJwk: { x: publicKey.export({ format: 'jwk' }).x ?? expect.fail('no key') }, sign: (bytes) => sign(null, bytes, privateKey) }
}
const [own, other, former] = [newKey(), newKey(), newKey()]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-beginning-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (number: number) => join(folder, `chain-${number}.jsonl`)
const linesIn = (number: number) => readFileSync(fileOf(number), 'utf8').split('\n').slice(0, -1)
const endOf = (number: number): ChainHead => readLine(linesIn(number).at(-1) ?? '')?.head ?? expect.fail('no end')
const numbers = () => readdirSync(folder).map((name) => Number(/\d+/.exec(name)?.[0])).toSorted((a, b) => a - b)
const opens = async (by: { readonly key: CheckpointKey | undefined } = { key: own }) => (await readTail(chainFolder(folder), undefined, by.key?.publicJwk.x)).state

const at: EntryFields = { wall: 1, mono: 1, run: '00000000', device: 'device-1' }
type Entry = (head: ChainHead) => EntryFields
const plain: Entry = () => ({ ...at, event: 'chart.section' })
const signedBy = (key: CheckpointKey): Entry => (head) => checkpoint(key, head, at)
/** Says that all before this file goes, which ended so. */
const goneBefore = (key: CheckpointKey, file: number, last: ChainHead): Entry => (head) => signPruned(key, head, { ...at, event: 'chain.pruned', ...prunedFields({ file, last }) })

/** Writes a file of these entries; gives what it ends with. */
function write(file: number, before: ChainHead, entries: readonly Entry[]): ChainHead {
  let head = before
  const lines = entries.map((entry) => {
    const next = append(head, entry(head))
    head = next.head
    return next.line
  })
  writeFileSync(fileOf(file), lines.join(''))
  return head
}

/** A chain of six files, each signed; the last one says, where there is `gone`, that the files before that one go. */
function chain(key: CheckpointKey, gone?: number): void {
  let head = emptyChain
  for (let file = 1; file <= 6; file += 1) {
    const said = file === 6 && gone !== undefined ? [goneBefore(key, gone, endOf(gone - 1))] : []
    head = write(file, head, [plain, plain, ...said, signedBy(key)])
  }
  if (gone !== undefined) remove(gone - 1)
}

/** Takes away the files up to this one. */
function remove(upTo: number): void {
  for (const number of numbers()) if (number <= upTo) rmSync(fileOf(number))
}

/** Gives the files that are left other numbers. */
function renumber(by: number): void {
  for (const number of numbers()) renameSync(fileOf(number), fileOf(number - by))
}

describe('where a chain begins @164.312(c)', () => {
  it('is its first entry, or what the workstation has said of it', async () => {
    chain(own)
    expect(await opens()).toBe('whole')
    remove(1)
    expect(await opens()).toBe('broken')
    chain(own, 3)
    expect([numbers()[0], await opens()]).toEqual([3, 'whole'])
  })

  it('is not believed of somebody who puts their own key into what is left, and signs with it', async () => {
    chain(own)
    const last = endOf(3)
    remove(3)
    // What ends a file two before the last is proven by nobody at a start.
    write(4, last, [plain, goneBefore(other, 4, last), signedBy(other)])
    expect(await opens()).toBe('broken')
  })

  it('is not believed of a key that has signed nothing where the keychain gives none, nor where what it signed was changed', async () => {
    for (const changed of [false, true]) {
      chain(own)
      const last = endOf(3)
      remove(3)
      write(4, last, [plain, goneBefore(other, 4, last), changed ? signedBy(other) : (head) => ({ ...checkpoint(other, head, at), signature: 'none' }), plain])
      if (changed) writeFileSync(fileOf(4), [...linesIn(4), linesIn(5).at(0), ''].join('\n'))
      expect(await opens({ key: undefined })).toBe('broken')
    }
  })

  it('is not to be had by giving later files the numbers of the first', async () => {
    chain(own)
    remove(2)
    renumber(2)
    expect(numbers()).toEqual([1, 2, 3, 4])
    expect(await opens()).toBe('broken')
  })

  it('is not to be had by giving later files the numbers of those that were to go and of the one that stays', async () => {
    chain(own, 3)
    remove(4)
    renumber(3)
    expect(numbers()).toEqual([2, 3])
    expect(await opens()).toBe('broken')
  })
})

describe('a workstation whose key is another since files were removed @164.312(c)', () => {
  /** A start, in which something is recorded, and its end. */
  async function start(key: CheckpointKey | undefined): Promise<'holds' | 'broken'> {
    const logged: string[] = []
    const clock = { now: () => 2 }
    const started = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 2, key, actor: () => ({ user: 'u', device: 'device-1', epoch: 1 }), log: createLog((line) => void logged.push(line), clock) })
    const recorded = await started.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: '0a1b2c3d' }).then(() => true, () => false)
    await started.close().catch(() => undefined)
    return recorded && !logged.join('').includes('audit.broken') ? 'holds' : 'broken'
  }

  it('goes on, at every start, with the new key and without one', async () => {
    chain(former, 3)
    expect([await start(undefined), await start(own), await start(own), await start(undefined), await start(own)]).toEqual(['holds', 'holds', 'holds', 'holds', 'holds'])
  })

  it('says where the chain begins by the new key, once', async () => {
    chain(former, 3)
    for (let starts = 0; starts < 3; starts += 1) await start(own)
    const said = numbers().flatMap(linesIn).map((line) => readLine(line)?.entry ?? expect.fail('a line that is no entry')).filter(({ event }) => event === 'chain.pruned')
    expect(said.map(({ key, file }) => [key, file])).toEqual([[former.publicJwk.x, 3], [own.publicJwk.x, 3]])
  })

  it('finds out who takes more of it away, under whichever key', async () => {
    chain(former, 3)
    await start(own)
    const last = endOf(3)
    remove(3)
    expect(await start(own)).toBe('broken')
    write(4, last, [plain, goneBefore(other, 4, last), signedBy(other)])
    expect(await start(own)).toBe('broken')
  })
})
