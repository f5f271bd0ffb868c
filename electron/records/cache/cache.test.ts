import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { createKeyring, type Keyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { addressOf, fillCache, openCache, textOf } from '../testing/damage.ts'
import { openDatabase } from './database.ts'
import type { Rows } from './rows.ts'
import { seal, unseal, type UsageContext } from './seal.ts'
import { sealedRows } from './sealed-rows.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const dek = randomBytes(32)
const keyring = (): Keyring => createKeyring(Buffer.from(dek), new Set(purposes))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function outcome<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    return kindOf(error)
  }
}

const context: UsageContext = { user: 'a', purpose: 'chart', patient: 'p1', what: 'allergies', asOf: 1 }

describe('a sealed record @164.312(a)(2)(iv)', () => {
  const keys = keyring()
  const plain = Buffer.from('penicillin: anaphylaxis')

  it('opens for the context it was sealed for', () => {
    expect(unseal(keys, context, seal(keys, context, plain))).toEqual(plain)
  })

  it.each<[string, Partial<UsageContext>]>([
    ['another user', { user: 'b' }],
    ['another patient', { patient: 'p2' }],
    ['another purpose', { purpose: 'draft' }],
    ['another section', { what: 'problems' }],
    ['another age', { asOf: 2 }],
  ])('does not open when it was moved to %s', (_name, moved) => {
    expect(outcome(() => unseal(keys, { ...context, ...moved }, seal(keys, context, plain)))).toBe('vault-corrupt')
  })

  it('does not open under another DEK', () => {
    expect(outcome(() => unseal(createKeyring(randomBytes(32), new Set(purposes)), context, seal(keys, context, plain)))).toBe('vault-corrupt')
  })

  it('does not open with any one bit flipped, or cut anywhere', () => {
    const sealed = seal(keys, context, plain)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(outcome(() => unseal(keys, context, flipped))).toBe('vault-corrupt')
    }
    for (let length = 0; length < sealed.length; length += 1) expect(outcome(() => unseal(keys, context, sealed.subarray(0, length)))).toBe('vault-corrupt')
  })

  it('says by which layout it was sealed, and opens by no other', () => {
    const sealed = seal(keys, context, plain)
    expect(sealed[0]).toBe(3)
    for (const format of [0, 1, 2, 4, 255]) expect(outcome(() => unseal(keys, context, Buffer.concat([Buffer.of(format), sealed.subarray(1)])))).toBe('vault-corrupt')
  })

  it('never uses a key and a nonce twice: not for the same text in the same place, nor for any other', () => {
    const pairs = new Set<string>()
    let sealings = 0
    const note = (sealed: Buffer, purpose: UsageContext['purpose']) => {
      pairs.add(`${keys.recordKey(purpose, sealed.subarray(4, 20)).toString('hex')}${sealed.subarray(20, 32).toString('hex')}`)
      sealings += 1
    }
    const many = isCampaign ? 200_000 : 4_000
    for (let i = 0; i < many; i += 1) note(seal(keys, context, plain), context.purpose)
    const anyContext = fc.record({ user: fc.string(), purpose: fc.constantFrom(...purposes), patient: fc.string(), what: fc.string(), asOf: fc.integer() })
    fc.assert(fc.property(anyContext, fc.uint8Array({ maxLength: 64 }), (some, text) => note(seal(keys, some, text), some.purpose)))
    expect(pairs.size).toBe(sealings)
  })

  it('binds every part of its context exactly: what differs anywhere does not open', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('', 'a', '","', '\u0000', '["a"]', 'a,b'))
    const anyContext = fc.record({ user: part, purpose: fc.constantFrom(...purposes), patient: part, what: part, asOf: fc.integer() })
    fc.assert(
      fc.property(anyContext, anyContext, (one, other) => {
        const same = (['user', 'purpose', 'patient', 'what', 'asOf'] as const).every((name) => one[name] === other[name])
        expect(outcome(() => unseal(keys, other, seal(keys, one, plain)).equals(plain))).toBe(same ? true : 'vault-corrupt')
      }),
    )
  })
})

const known = () => ({ folder, dek })
const open = (): Rows => openCache(known())
const fill = (count: number): void => fillCache(known(), count)

describe('the encrypted database', () => {
  it('gives back what was put, also after it was closed', () => {
    fill(20)
    const rows = open()
    for (let index = 0; index < 20; index += 1) expect(rows.get(addressOf(index))).toEqual({ plain: Buffer.from(textOf(index)), asOf: 1_000 + index })
    rows.close()
  })

  it('holds no id and no text in clear', () => {
    fill(20)
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
    for (const needle of ['patient-1', 'what-3', 'row 7', 'SQLite format 3', dek]) expect(bytes.includes(needle)).toBe(false)
  })

  it('keeps two rows that changed places closed', () => {
    fill(2)
    const keys = keyring()
    const { database } = openDatabase(folder, 'cache', keys, 'full')
    const [first, second] = [keys.lookup('row', 'a', 'chart', 'patient-0', 'what-0'), keys.lookup('row', 'a', 'chart', 'patient-1', 'what-1')]
    database.prepare('update entries set lookup = ? where lookup = ?').run([Buffer.alloc(32), first])
    database.prepare('update entries set lookup = ? where lookup = ?').run([first, second])
    database.close()
    // As a reader that does not count them first.
    const again = openDatabase(folder, 'cache', keys, 'full').database
    const rows = sealedRows({ database: again, name: 'cache', keyring: keys, user: 'a', clock: { now: () => 0 }, damaged: 'drop' })
    expect(outcome(() => rows.get(addressOf(0)))).toBe('vault-corrupt')
    expect(rows.get(addressOf(0))).toBeUndefined()
    rows.close()
  })

  it.each([
    // For these the manifest answers: the cache is begun anew.
    ['as_of', false],
    ['tag', false],
    ['lookup', false],
    ['patient', false],
    ['used', true],
    ['size', true],
    ['body', true],
  ])('outlives a row whose damage makes text of its %s, of which the driver would die', (column, spares) => {
    fill(3)
    const { database } = openDatabase(folder, 'cache', keyring(), 'full')
    database.exec(`update entries set ${column} = cast(x'ff41' as text) where as_of = 1001`)
    database.close()
    const rows = open()
    const found = outcome(() => rows.get(addressOf(1)))
    if (typeof found === 'object') expect(found).toEqual({ plain: Buffer.from(textOf(1)), asOf: 1_001 })
    else expect(['vault-corrupt', undefined]).toContain(found)
    expect(rows.get(addressOf(2))?.asOf).toBe(spares ? 1_002 : undefined)
    rows.prune(0, 1)
    rows.close()
  })

  it('forgets one patient and leaves the others', () => {
    fill(10)
    const rows = open()
    rows.removePatient('patient-1')
    expect(rows.get(addressOf(1))).toBeUndefined()
    expect(rows.get(addressOf(2))?.asOf).toBe(1_002)
    rows.close()
  })

  it('removes what is too old, then the least used until the rest fits', () => {
    fill(50)
    const rows = open()
    expect(rows.prune(1_010, 1e9)).toBe(10)
    expect(rows.get(addressOf(9))).toBeUndefined()
    rows.prune(0, 10 * 2_000)
    const left = Array.from({ length: 50 }, (_, index) => rows.get(addressOf(index))).filter((row) => row !== undefined)
    expect(left.length).toBeGreaterThan(5)
    expect(left.length).toBeLessThanOrEqual(14)
    rows.close()
  })

  it('refuses a later format and touches nothing', () => {
    const { database } = openDatabase(folder, 'cache', keyring(), 'full')
    database.exec('pragma user_version = 99')
    database.close()
    const before = readdirSync(folder)
    expect(outcome(() => openDatabase(folder, 'cache', keyring(), 'full'))).toBe('vault-newer')
    expect(readdirSync(folder)).toEqual(before)
  })

  it.each([1_000_000, -5])('takes the format %i for damage and not for a later one', (format) => {
    const { database } = openDatabase(folder, 'cache', keyring(), 'full')
    database.exec(`pragma user_version = ${format}`)
    database.close()
    const again = openDatabase(folder, 'cache', keyring(), 'full')
    expect(again.wasSetAside).toBe(true)
    again.database.close()
  })

  it('puts aside what another key wrote, and begins anew', () => {
    fill(5)
    const { database, wasSetAside } = openDatabase(folder, 'cache', createKeyring(randomBytes(32), new Set(purposes)), 'full')
    expect(wasSetAside).toBe(true)
    database.close()
    expect(readdirSync(folder)).toContain('cache.aside.db')
  })

  it('never puts earlier work aside over other work', () => {
    for (let time = 0; time < 3; time += 1) openDatabase(folder, 'work', createKeyring(randomBytes(32), new Set(purposes)), 'full').database.close()
    expect(readdirSync(folder).filter((name) => /^work\.aside-\d\.db$/.test(name))).toEqual(['work.aside-1.db', 'work.aside-2.db'])
  })

  it('opens what a process was killed while opening', () => {
    fill(5)
    writeFileSync(join(folder, 'cache.opening'), '..')
    const rows = open()
    expect(rows.get(addressOf(3))?.asOf).toBe(1_003)
    rows.close()
    expect(readdirSync(folder)).not.toContain('cache.opening')
  })

  it('does not open again and again what the process dies of', () => {
    fill(5)
    writeFileSync(join(folder, 'cache.opening'), '...')
    const { database, wasSetAside } = openDatabase(folder, 'cache', keyring(), 'full')
    expect(wasSetAside).toBe(true)
    database.close()
    expect(readdirSync(folder)).not.toContain('cache.opening')
  })
})
