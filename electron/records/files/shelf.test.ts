import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { rewrapped } from './rewrap.ts'
import { createFileShelf, type FileAddress, keepWhole, type KeptFile, partBytes } from './shelf.ts'

const keyring = createKeyring(randomBytes(32), new Set(purposes))
const address: FileAddress = { purpose: 'notes', patient: 'ann', what: 'document/letter' }

/** Rows that tell how many there are. */
function shelf(rows: Rows = memoryRows()) {
  const names = new Set<string>()
  const nameOf = (each: FileAddress) => `${each.patient} ${each.what}`
  const watched: Rows = {
    ...rows,
    put(to, plain, asOf) {
      rows.put(to, plain, asOf)
      names.add(nameOf(to))
    },
    write(changes) {
      rows.write(changes)
      for (const change of changes) if (change.do === 'remove') names.delete(nameOf(change.address))
    },
  }
  return { rows: watched, names, shelf: createFileShelf({ rows: watched, keyring: () => keyring, user: 'user-a' }) }
}
const whole = (file: KeptFile | undefined) => Buffer.concat(file === undefined ? [] : Array.from({ length: Math.max(1, Math.ceil(file.bytes / partBytes)) }, (_, number) => file.part(number)))
const failure = (act: () => unknown) => {
  try {
    act()
    return 'none'
  } catch (error) {
    return kindOf(error)
  }
}

describe('a kept file', () => {
  it.each([0, 1, partBytes - 1, partBytes, partBytes + 1, 2 * partBytes + 300_000])('of %i bytes is given back by its parts', async (length) => {
    const { shelf: kept } = shelf()
    const plain = randomBytes(length)
    await keepWhole(kept, address, plain, { kind: 'pdf' }, 5)
    const file = kept.find(address)
    expect(file).toMatchObject({ bytes: length, asOf: 5, facts: { kind: 'pdf' } })
    expect(whole(file).equals(plain)).toBe(true)
    for (const number of [-1, 0.5, 3, 1_000]) expect(failure(() => file?.part(number))).toBe('invalid-input')
  })

  it('leaves nothing behind when another takes its place, and when it is removed', async () => {
    const { shelf: kept, names } = shelf()
    await keepWhole(kept, address, randomBytes(3 * partBytes), {}, 1)
    expect(names.size).toBe(4)
    await keepWhole(kept, address, randomBytes(10), {}, 2)
    expect(names.size).toBe(2)
    kept.remove(address)
    expect(names.size).toBe(0)
  })

  it('is not there before it is whole, and what there is of it can be removed', async () => {
    const { shelf: kept, names } = shelf()
    const writer = await kept.begin(address, { bytes: 2 * partBytes, facts: {}, asOf: 1 })
    writer.part(randomBytes(partBytes))
    expect(kept.find(address)).toBeUndefined()
    expect(failure(() => writer.finish())).toBe('invalid-input')
    expect(failure(() => writer.part(randomBytes(5)))).toBe('invalid-input')
    kept.remove(address)
    expect(names.size).toBe(0)
  })

  it('does not open without a part, with one of an older file in its place, or in another chart', async () => {
    const { shelf: kept, rows } = shelf()
    await keepWhole(kept, address, randomBytes(2 * partBytes), {}, 1)
    const idOf = () => (JSON.parse(rows.get(address)?.plain.toString('utf8') ?? '{}') as { id: string }).id
    const at = (id: string, number: number): FileAddress => ({ ...address, what: `file/${id}/${number}` })
    const [first, old] = [idOf(), rows.get(at(idOf(), 1))?.plain ?? Buffer.alloc(0)]
    await keepWhole(kept, address, randomBytes(2 * partBytes), {}, 2)
    expect(idOf()).not.toBe(first)
    rows.put(at(idOf(), 1), old, 2)
    expect(failure(() => kept.find(address)?.part(1))).toBe('vault-corrupt')
    rows.remove(at(idOf(), 1))
    expect(failure(() => kept.find(address)?.part(1))).toBe('vault-corrupt')
    expect(failure(() => kept.find(address)?.part(0))).toBe('none')
    const head = rows.get(address)?.plain ?? Buffer.alloc(0)
    const bobs = { ...address, patient: 'bob' }
    rows.put(bobs, head, 2)
    rows.put({ ...bobs, what: `file/${idOf()}/0` }, rows.get(at(idOf(), 0))?.plain ?? Buffer.alloc(0), 2)
    expect(failure(() => kept.find(bobs)?.part(0))).toBe('vault-corrupt')
  })

  it('is given up as a whole on a disk that fills up half-way', async () => {
    const inner = memoryRows()
    let left = 3
    const { shelf: kept, names } = shelf({
      ...inner,
      put(to, plain, asOf) {
        if (left === 0) throw new ChartkeepError('disk-full')
        left -= 1
        inner.put(to, plain, asOf)
      },
    })
    await expect(keepWhole(kept, address, randomBytes(4 * partBytes), {}, 1)).rejects.toMatchObject({ kind: 'disk-full' })
    expect(kept.find(address)).toBeUndefined()
    expect(names.size).toBe(0)
  })

  it('is not begun without the key of its purpose, or before the vault is open', async () => {
    const rows = memoryRows()
    const lesser = createKeyring(randomBytes(32), new Set(['chart', 'notes'] as const))
    const desk = createFileShelf({ rows, keyring: () => lesser, user: 'user-a' })
    expect([desk.mayKeep('notes'), desk.mayKeep('sensitive')]).toEqual([true, false])
    await expect(keepWhole(desk, { ...address, purpose: 'sensitive' }, randomBytes(1), {}, 1)).rejects.toMatchObject({ kind: 'not-permitted' })
    const shut = createFileShelf({ rows, keyring: () => undefined, user: 'user-a' })
    expect(shut.mayKeep('notes')).toBe(false)
    await expect(keepWhole(shut, address, randomBytes(1), {}, 1)).rejects.toMatchObject({ kind: 'vault-unavailable' })
  })
})

describe('a kept file whose vault is put under another key @164.312(a)(2)(iv)', () => {
  const next = createKeyring(randomBytes(32), new Set(purposes))

  it('opens by the older keys while it is not moved, and by the newer alone once it is', async () => {
    const rows = memoryRows()
    const plain = randomBytes(partBytes + 5)
    await keepWhole(shelf(rows).shelf, address, plain, { kind: 'pdf' }, 5)
    expect(whole(createFileShelf({ rows, keyring: () => next, olderKeyring: () => keyring, user: 'user-a' }).find(address)).equals(plain)).toBe(true)
    const head = rows.get(address)
    if (head === undefined) expect.fail('there is no head')
    const context = { user: 'user-a', ...address, asOf: head.asOf }
    rows.put(address, rewrapped(head.plain, context, keyring, next), head.asOf)
    const after = createFileShelf({ rows, keyring: () => next, user: 'user-a' })
    expect(whole(after.find(address)).equals(plain)).toBe(true)
    expect(after.find(address)).toMatchObject({ facts: { kind: 'pdf' }, asOf: 5 })
    expect(failure(() => whole(shelf(rows).shelf.find(address)))).toBe('vault-corrupt')
  })

  it('while it is sealed is given up, as nothing would ever open it again', async () => {
    let keys = keyring
    const { rows, names } = shelf()
    const moving = createFileShelf({ rows, keyring: () => keys, user: 'user-a' })
    const writer = await moving.begin(address, { bytes: 10, facts: {}, asOf: 1 })
    writer.part(randomBytes(10))
    keys = next
    expect(failure(() => writer.finish())).toBe('conflict')
    writer.abandon()
    expect(moving.find(address)).toBeUndefined()
    expect(names.size).toBe(0)
    await keepWhole(moving, address, Buffer.from('again'), {}, 2)
    expect(whole(moving.find(address)).toString()).toBe('again')
  })

  it('leaves what is no head of a file as it is', () => {
    for (const text of ['', '{"id":"x"}', '{"pages":[]}', '{"id":"', 'text']) expect(rewrapped(Buffer.from(text), { user: 'user-a', ...address, asOf: 1 }, keyring, next).toString()).toBe(text)
  })
})
