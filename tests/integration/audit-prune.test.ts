import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBack } from '../../electron/audit/alerts/read-back.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { append, readLine } from '../../electron/audit/entry.ts'
import { folderPlace } from '../../electron/audit/ship/folder-place.ts'
import type { Delivery } from '../../electron/audit/ship/place.ts'
import { verifyCommand } from '../../electron/audit/verify/command.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { day, keepDays, numbersIn, placeOf, type StationOptions, stationIn } from './audit-prune/workstation.ts'

const key = await openDeviceKey(memoryKeychain())
const first = 1_767_225_600_000
let home = ''
let time = { now: first }
let ends: (() => Promise<void>)[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chartkeep-prune-'))
  time = { now: first }
  ends = []
})
afterEach(async () => {
  for (const end of ends) await end()
  rmSync(home, { recursive: true, force: true })
})

function station(options: StationOptions = {}) {
  const made = stationIn(home, time, { key, ...options })
  ends.push(made.end)
  return made
}
const folder = () => join(home, 'audit')
const fileOf = (number: number) => join(folder(), `chain-${number}.jsonl`)
const linesIn = (number: number) => readFileSync(fileOf(number), 'utf8').split('\n').slice(0, -1)
const entriesIn = (numbers: readonly number[]) => numbers.flatMap(linesIn).map((line) => readLine(line)?.entry ?? expect.fail('a line that is no entry'))
const verified = (options = {}) => verifyChain(folder(), { key: key.publicJwk.x, ...options })

/** A chain of a dozen files, more than a year old and reported; and what has been written to it since. */
async function old(options: StationOptions = {}) {
  const made = station(options)
  await made.write(90)
  time.now += (keepDays + 1) * day
  await made.write(12)
  return made
}

/** The same, with what is old removed, and the application ended. */
async function pruned(): Promise<readonly number[]> {
  const made = await old()
  await made.pruner.look()
  await made.end()
  const left = numbersIn(folder())
  expect(left[0]).toBeGreaterThan(4)
  return left
}

/** Takes the first delivery, and is not to be reached after it. */
function once(): () => Delivery | undefined {
  let deliveries = 0
  return () => (deliveries++ === 0 ? undefined : { taken: 0, failure: 'offline' })
}

/** How the application finds the chain at its next start. */
async function opens(options: StationOptions = {}): Promise<'holds' | 'broken'> {
  const made = station(options)
  await made.chain.open().catch(() => undefined)
  await made.end()
  return made.logged.join('').includes('"audit.broken"') ? 'broken' : 'holds'
}

describe('entries that every place has acknowledged @164.312(b) @164.312(c)', () => {
  it('are removed once they are old: the chain says so itself and holds, and goes on at the next start', async () => {
    const made = await old()
    const before = numbersIn(folder())
    const copy = join(home, 'whole')
    cpSync(folder(), copy, { recursive: true })
    await made.pruner.look()
    const after = numbersIn(folder())
    expect(after[0]).toBeGreaterThan(4)
    expect(after.length).toBeGreaterThanOrEqual(2)
    // The oldest that is left holds what is not old yet, or is one of the last two.
    expect(entriesIn([after[0] ?? 0]).some(({ wall }) => Number(wall) > time.now - keepDays * day)).toBe(true)
    const said = entriesIn(after).filter(({ event }) => event === 'chain.pruned')
    expect(said).toEqual([expect.objectContaining({ file: after[0], key: key.publicJwk.x, device: key.deviceId })])
    expect(before.filter((number) => !after.includes(number))).toEqual(before.slice(0, (after[0] ?? 0) - 1))
    expect(await verified({ threads: 2 })).toMatchObject({ holds: true, isPruned: true, from: Number(said[0]?.['lastSeq']) + 1 })
    await made.end()
    expect(await opens()).toBe('holds')
    const again = station()
    await again.write(20)
    await again.end()
    expect(await verified()).toMatchObject({ holds: true, isPruned: true })
    // What was kept elsewhere is the other half: together they are the whole.
    const removed = before.slice(0, (after[0] ?? 0) - 1)
    for (const number of removed) cpSync(join(copy, `chain-${number}.jsonl`), fileOf(number))
    expect(await verified()).toMatchObject({ holds: true, isPruned: false, from: 1 })
    const printed: string[] = []
    for (const number of removed) rmSync(fileOf(number))
    await verifyCommand([folder()], { from: home, print: (text) => printed.push(text), complain: () => undefined })
    expect(printed.join('')).toMatch(/The chain holds: .*\nWhat was before entry \d+ is not here: the workstation has removed it/)
  })

  it('are there still for the alerts, which are told of the last two files at a start', async () => {
    const made = station()
    await made.write(90)
    time.now += 10 * keepDays * day
    await made.pruner.look()
    expect(numbersIn(folder())).toHaveLength(2)
    const told = []
    for await (const { file } of readBack(chainFolder(folder()))) told.push(file)
    expect(new Set(told)).toEqual(new Set(numbersIn(folder())))
  })

  it('are removed again and again, each time from where the chain begins by then', async () => {
    const made = await old()
    await made.pruner.look()
    const left = numbersIn(folder())
    time.now += (keepDays + 1) * day
    await made.write(40)
    await made.pruner.look()
    expect(numbersIn(folder())[0]).toBeGreaterThan(left[0] ?? 0)
    await made.end()
    expect(await verified()).toMatchObject({ holds: true, isPruned: true })
    expect(await opens()).toBe('holds')
  })

  it.each<[string, () => StationOptions]>([
    ['one of the places was never heard of', () => ({ places: [placeOf('ehr'), placeOf('s3', () => ({ taken: 0, failure: 'offline' }))] })],
    ['one of the places has the first of them alone', () => ({ places: [placeOf('ehr'), placeOf('s3', once())] })],
    ['the policy names no place', () => ({ places: [] })],
    ['the workstation has no key to sign for it', () => ({ key: undefined })],
    ['a place did not want the first of them', () => ({ told: (place) => ({ ...place, passedOver: 1 }) })],
    ['a place speaks of another chain', () => ({ told: ({ acknowledged }) => ({ acknowledged: acknowledged && { ...acknowledged, hash: '0'.repeat(64) } }) })],
  ])('stay where %s', async (_why, options) => {
    const made = station(options())
    await made.write(90)
    time.now += (keepDays + 1) * day
    await made.write(12)
    const before = numbersIn(folder())
    await made.pruner.look()
    expect(numbersIn(folder())).toEqual(before)
    expect(entriesIn(before).some(({ event }) => event === 'chain.pruned')).toBe(false)
  })

  it('stay while they are younger than the policy says', async () => {
    const made = station()
    await made.write(90)
    time.now += (keepDays - 1) * day
    await made.write(2)
    await made.pruner.look()
    expect(numbersIn(folder())[0]).toBe(1)
    // They are looked at again by themselves.
    time.now += 2 * day
    await made.pruner.look()
    expect(numbersIn(folder())[0]).toBeGreaterThan(1)
  })

  it('stay where somebody has changed them: they are evidence', async () => {
    const made = await old()
    const text = readFileSync(fileOf(3), 'utf8')
    writeFileSync(fileOf(3), text.replace('"patient":"p-1"', '"patient":"p-2"'))
    await made.pruner.look()
    expect(numbersIn(folder())[0]).toBe(1)
    expect(made.logged.join('')).toContain('"audit.not-pruned"')
    await made.end()
    expect(await verified()).toMatchObject({ holds: false, faults: [{ kind: 'changed', file: 3, line: 1 }] })
  })

  it('stay where it cannot be recorded that they go', async () => {
    let isFull = false
    const full = { disk: (disk: ReturnType<typeof chainFolder>) => ({ ...disk, open: async (file: number) => {
      const opened = await disk.open(file)
      return { ...opened, append: (bytes: Uint8Array) => (isFull ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : opened.append(bytes)) }
    } }) } // prettier-ignore
    const made = await old(full)
    isFull = true
    await made.pruner.look()
    expect(numbersIn(folder())[0]).toBe(1)
  })

  it('are copied to a folder that is named later from where the chain begins then, and the copy proves itself', async () => {
    await pruned()
    const share = mkdtempSync(join(home, 'share-'))
    const made = station({ places: [folderPlace({ folder: share, device: key.deviceId, makeAppendOnly: async () => false, onFile: () => undefined })] })
    await made.write(3)
    await made.end()
    expect(await verifyChain(join(share, key.deviceId), { key: key.publicJwk.x })).toMatchObject({ holds: true, isPruned: true })
  })
})

describe('kill -9 while entries are removed @164.312(c)', () => {
  it.each([0, 1, 3])('after %i of the files leaves a chain that holds, and the next look goes on with it', async (killedAfter) => {
    let removed = 0
    const dying = { disk: (disk: ReturnType<typeof chainFolder>) => ({ ...disk, remove: (file: number) => (removed++ < killedAfter ? disk.remove(file) : Promise.reject(new Error('killed'))) }) }
    const made = await old(dying)
    const before = numbersIn(folder())
    await made.pruner.look()
    await made.end()
    expect(numbersIn(folder())).toHaveLength(before.length - killedAfter + (numbersIn(folder()).at(-1) ?? 0) - (before.at(-1) ?? 0))
    expect(await verified()).toMatchObject({ holds: true, isPruned: killedAfter > 0 })
    expect(await opens()).toBe('holds')
    const next = station()
    await next.write(1)
    await next.pruner.look()
    expect(numbersIn(folder())[0]).toBeGreaterThan(4)
    await next.end()
    expect(await verified()).toMatchObject({ holds: true, isPruned: true })
  })
})

describe('who takes files of the chain away @164.312(c)', () => {
  /** As somebody appends it who knows the format, under whatever signature they have. */
  function forge(fields: Readonly<Record<string, string | number | null>>): void {
    const last = numbersIn(folder()).at(-1) ?? 0
    const head = readLine(linesIn(last).at(-1) ?? '')?.head ?? expect.fail('no end')
    appendFileSync(fileOf(last), append(head, fields).line)
  }
  /** Removes the files up to the last two, and gives what would have to be said of it. */
  function takeAway() {
    const numbers = numbersIn(folder())
    const going = numbers.slice(0, -2)
    const stays = numbers.at(-2) ?? 0
    const last = readLine(linesIn(stays - 1).at(-1) ?? '')?.head ?? expect.fail('no end')
    for (const number of going) rmSync(fileOf(number))
    return { file: stays, lastSeq: last.seq, lastHash: last.hash }
  }
  const seen = async () => ({ verifier: (await verified()).faults.map(({ kind }) => kind), start: await opens() })
  const refused = { verifier: [expect.stringMatching(/^(removed|forged|another-device)$/)], start: 'broken' }

  it('without a word in the chain is found out, by the verifier and at the next start', async () => {
    await pruned()
    const numbers = numbersIn(folder())
    const made = station()
    await made.write(60)
    await made.end()
    rmSync(fileOf(numbers[0] ?? 0))
    expect(await verified()).toMatchObject({ holds: false, faults: [{ kind: 'removed', file: 1, line: 0, seq: 1 }] })
    expect(await seen()).toEqual(refused)
  })

  it('down to the last file is found out too', async () => {
    const numbers = await pruned()
    for (const number of numbers.slice(0, -1)) rmSync(fileOf(number))
    expect(await seen()).toEqual(refused)
  })

  it('and puts another in the place of the first that is left is found out', async () => {
    const [first = 0] = await pruned()
    const [line = '', ...more] = linesIn(first)
    const entry = readLine(line)?.entry ?? expect.fail('no entry')
    const { seq: _seq, prev: _prev, format: _format, ...fields } = entry
    const other = append({ seq: Number(entry['seq']) - 1, hash: 'f'.repeat(64) }, fields as Record<string, string | number | null>).line
    writeFileSync(fileOf(first), [other.trimEnd(), ...more, ''].join('\n'))
    expect(await verified()).toMatchObject({ holds: false, faults: [{ file: first, line: 1 }] })
    expect(await opens()).toBe('broken')
  })

  it('and says so in the workstation’s name without its key is found out', async () => {
    const made = await old()
    await made.end()
    const said = takeAway()
    forge({ event: 'chain.pruned', action: 'E', outcome: 'success', device: key.deviceId, key: key.publicJwk.x, signature: createHash('sha256').digest('base64url'), wall: time.now, mono: time.now, run: '00000000', ...said })
    expect(await seen()).toEqual(refused)
  })

  it('and says so under a key of their own is found out', async () => {
    const made = await old()
    await made.end()
    const said = takeAway()
    const theirs = await openDeviceKey(memoryKeychain())
    const last = numbersIn(folder()).at(-1) ?? 0
    const head = readLine(linesIn(last).at(-1) ?? '')?.head ?? expect.fail('no end')
    const signature = Buffer.from(theirs.sign(Buffer.from(['chartkeep audit pruned', key.deviceId, head.seq + 1, head.hash, time.now, said.file, said.lastSeq, said.lastHash].join('\n')))).toString('base64url')
    forge({ event: 'chain.pruned', action: 'E', outcome: 'success', device: key.deviceId, key: theirs.publicJwk.x, signature, wall: time.now, mono: time.now, run: '00000000', ...said })
    expect(await seen()).toEqual(refused)
    // Nor where nobody says by which key.
    expect(await verifyChain(folder())).toMatchObject({ holds: false })
  })

  it('and says again what was once said of others is found out', async () => {
    const numbers = await pruned()
    const made = station()
    await made.write(60)
    await made.end()
    const said = entriesIn(numbers).find(({ event }) => event === 'chain.pruned') ?? expect.fail('nothing was said')
    const { seq: _seq, prev: _prev, format: _format, ...fields } = said
    // It is said of its own place alone, also where all is there that should be.
    const whole = readFileSync(fileOf(numbersIn(folder()).at(-1) ?? 0))
    forge(fields as Record<string, string | number | null>)
    expect(await verified()).toMatchObject({ holds: false, faults: [{ kind: 'forged' }] })
    writeFileSync(fileOf(numbersIn(folder()).at(-1) ?? 0), whole)
    const { file, lastSeq, lastHash } = takeAway()
    // As it was, and made to fit what is gone now.
    for (const more of [{}, { file, lastSeq, lastHash }]) {
      const end = numbersIn(folder()).at(-1) ?? 0
      const kept = readFileSync(fileOf(end))
      forge({ ...(fields as Record<string, string | number | null>), ...more })
      expect(await seen()).toEqual(refused)
      writeFileSync(fileOf(end), kept)
    }
  })

  it('is told apart from the workstation itself where its keychain gives no key any more, or another', async () => {
    await pruned()
    const keys = [undefined, await openDeviceKey(memoryKeychain())]
    for (const other of keys) expect(await opens({ key: other })).toBe('holds')
    const made = station()
    await made.write(60)
    await made.end()
    rmSync(fileOf(numbersIn(folder())[0] ?? 0))
    for (const other of keys) expect(await opens({ key: other })).toBe('broken')
  })
})
