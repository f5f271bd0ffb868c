import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { createFileShelf, partBytes } from '../files/shelf.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { type Attachments, createAttachments } from './attachments.ts'
import { createChosenFiles } from './chosen-files.ts'

const keyring = createKeyring(randomBytes(32), new Set(purposes))
const clock = { now: () => 1_000 }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-attachments-'))
})
/** Every life of the process in a test: one that is "killed" has no process here that closes its files for it. */
const lives: Attachments[] = []
afterEach(() => {
  for (const life of lives.splice(0)) life.settle()
  rmSync(folder, { recursive: true, force: true })
})

function written(bytes: Buffer, name = 'scan of Vandermeer.pdf'): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const pdf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)])

/** The rows, and the attachments of one life of the process on them. */
function living(rows: Rows): Attachments {
  const life = createAttachments({ rows, shelf: createFileShelf({ rows, keyring: () => keyring, user: 'user-a' }), clock })
  lives.push(life)
  return life
}

async function attach(attachments: Attachments, path: string, patient = 'ann'): Promise<string> {
  let progress = await attachments.add(patient, path)
  do progress = await attachments.step(patient, progress.attachment)
  while (progress.done < progress.bytes)
  return progress.attachment
}
const read = (attachments: Attachments, id: string, patient = 'ann') => {
  const file = attachments.find(patient, id)
  return Buffer.concat(Array.from({ length: Math.max(1, Math.ceil(file.bytes / partBytes)) }, (_, part) => file.part(part)))
}
const failure = (work: Promise<unknown>) => work.then(() => 'none', kindOf)
const thrown = (act: () => unknown) => {
  try {
    act()
    return 'none'
  } catch (error) {
    return kindOf(error)
  }
}

describe('a file that is attached to a note', () => {
  it.each([0, 100, partBytes, 2 * partBytes + 7])('of %i bytes is there as it was, also after a restart', async (size) => {
    const rows = memoryRows()
    const bytes = size === 0 ? Buffer.alloc(0) : pdf(size - 9)
    const id = await attach(living(rows), written(bytes))
    const later = living(rows)
    expect(later.list('ann')).toEqual([{ id, name: 'scan of Vandermeer.pdf', bytes: size, addedAt: 1_000, ...(size === 0 ? { kind: 'text', contentType: 'text/plain' } : { kind: 'pdf', contentType: 'application/pdf' }) }])
    expect(read(later, id).equals(bytes)).toBe(true)
  })

  it('is told part by part how far it is, and is not there before its end', async () => {
    const attachments = living(memoryRows())
    const { attachment, bytes } = await attachments.add('ann', written(pdf(3 * partBytes)))
    expect(attachments.list('ann')).toEqual([])
    const first = await attachments.step('ann', attachment)
    expect(first).toEqual({ attachment, done: partBytes, bytes })
    expect(thrown(() => attachments.find('ann', attachment))).toBe('not-found')
  })

  it('is one patient’s alone', async () => {
    const attachments = living(memoryRows())
    const id = await attach(attachments, written(pdf(10)))
    expect(attachments.list('bob')).toEqual([])
    expect(thrown(() => attachments.find('bob', id))).toBe('not-found')
    attachments.remove('bob', id)
    expect(attachments.list('ann')).toHaveLength(1)
    const { attachment } = await attachments.add('ann', written(pdf(10)))
    expect(await failure(attachments.step('bob', attachment))).toBe('stale')
    expect(thrown(() => attachments.remove('bob', attachment))).toBe('not-found')
  })

  it('that is removed, or called off half-way, leaves nothing', async () => {
    const rows = memoryRows()
    const attachments = living(rows)
    attachments.remove('ann', await attach(attachments, written(pdf(2 * partBytes))))
    const { attachment } = await attachments.add('ann', written(pdf(2 * partBytes)))
    await attachments.step('ann', attachment)
    attachments.remove('ann', attachment)
    expect(attachments.list('ann')).toEqual([])
    expect(await failure(attachments.step('ann', attachment))).toBe('stale')
    expect(rows.prune(0, 0)).toBe(0)
  })

  it('that was not finished when the process was killed is gone, with what there was of it', async () => {
    const rows = memoryRows()
    const killed = living(rows)
    const kept = await attach(killed, written(pdf(5)))
    const { attachment } = await killed.add('ann', written(pdf(2 * partBytes)))
    await killed.step('ann', attachment)
    const next = living(rows)
    expect(next.list('ann').map(({ id }) => id)).toEqual([kept])
    // The index, the head and the part of the one that is there.
    expect(rows.prune(0, 0)).toBe(3)
  })

  it('that is sealed while the workstation locks is given up', async () => {
    const attachments = living(memoryRows())
    const { attachment } = await attachments.add('ann', written(pdf(2 * partBytes)))
    attachments.settle()
    expect(await failure(attachments.step('ann', attachment))).toBe('stale')
    expect(attachments.list('ann')).toEqual([])
  })
})

describe('files that are attached at the same time', () => {
  it('are all there', async () => {
    const attachments = living(memoryRows())
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => attach(attachments, written(pdf(partBytes), name))))
    expect(attachments.list('ann').map(({ id }) => id).sort()).toEqual(ids.sort())
  })

  it('are no more than may be', async () => {
    const attachments = living(memoryRows())
    for (let count = 0; count < 9; count += 1) await attach(attachments, written(pdf(1)))
    const ends = await Promise.all(['a', 'b'].map((name) => failure(attach(attachments, written(pdf(1), name)))))
    expect(ends.sort()).toEqual(['invalid-input', 'none'])
    expect(attachments.list('ann')).toHaveLength(10)
  })

  it.each([
    ['are listed while one begins', 'attachments', (attachments: Attachments) => void attachments.list('ann'), 'none', 1],
    ['are given up by the lock before the last word is read', 'file/', (attachments: Attachments) => attachments.settle(), 'cancelled', 0],
  ])('%s', async (_what, row, act, ended, left) => {
    const inner = memoryRows()
    const rows: Rows = {
      ...inner,
      put(address, ...rest) {
        inner.put(address, ...rest)
        if (address.what.startsWith(row)) queueMicrotask(() => act(attachments))
      },
    }
    const attachments = living(rows)
    expect(await failure(attach(attachments, written(pdf(5))))).toBe(ended)
    expect(attachments.list('ann')).toHaveLength(left)
    // The index, the head and the part.
    expect(inner.prune(0, 0)).toBe(3 * left)
  })
})

describe('a file that cannot be attached', () => {
  it('is said by its kind: none, a folder, too large, changed meanwhile, one too many', async () => {
    const attachments = living(memoryRows())
    expect(await failure(attachments.add('ann', join(folder, 'none')))).toBe('not-found')
    expect(await failure(attachments.add('ann', folder))).toBe('invalid-input')
    const path = written(Buffer.alloc(0), 'large')
    truncateSync(path, 25 * 1024 * 1024 + 1)
    expect(await failure(attachments.add('ann', path))).toBe('too-large')
    const shrinking = written(pdf(2 * partBytes), 'shrinking')
    const { attachment } = await attachments.add('ann', shrinking)
    truncateSync(shrinking, 10)
    expect(await failure(attachments.step('ann', attachment))).toBe('conflict')
    const growing = await attachments.add('ann', written(pdf(10), 'growing'))
    writeFileSync(join(folder, 'growing'), pdf(500))
    expect(await failure(attachments.step('ann', growing.attachment))).toBe('conflict')
    expect(attachments.list('ann')).toEqual([])
    for (let count = 0; count < 10; count += 1) await attach(attachments, written(pdf(1)))
    expect(await failure(attachments.add('ann', written(pdf(1))))).toBe('invalid-input')
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
    expect(await failure(attachments.add('bob', join(folder, 'link')))).toBe('not-found')
  })

  it('is one that was written to while it was read, though it is as long as before', async () => {
    const attachments = living(memoryRows())
    const path = written(pdf(2 * partBytes))
    const { attachment } = await attachments.add('ann', path)
    await attachments.step('ann', attachment)
    written(pdf(2 * partBytes))
    utimesSync(path, 1, 1)
    await attachments.step('ann', attachment)
    expect(await failure(attachments.step('ann', attachment))).toBe('conflict')
    expect(attachments.list('ann')).toEqual([])
  })

  it('on a disk that fills up is given up as a whole, and says so', async () => {
    const inner = memoryRows()
    let isFull = false
    const rows: Rows = {
      ...inner,
      put(...all) {
        if (isFull) throw new ChartkeepError('disk-full')
        inner.put(...all)
      },
    }
    const attachments = living(rows)
    const { attachment } = await attachments.add('ann', written(pdf(2 * partBytes)))
    await attachments.step('ann', attachment)
    isFull = true
    expect(await failure(attachments.step('ann', attachment))).toBe('disk-full')
    expect(await failure(attachments.add('ann', written(pdf(5))))).toBe('disk-full')
    isFull = false
    expect(attachments.list('ann')).toEqual([])
  })
})

describe('a file that was chosen', () => {
  it('is read once, and by nobody who was not given its name', () => {
    const chosen = createChosenFiles()
    chosen.grant('one', '/a')
    expect(thrown(() => chosen.take('two'))).toBe('stale')
    expect(chosen.take('one')).toBe('/a')
    expect(thrown(() => chosen.take('one'))).toBe('stale')
  })
})
