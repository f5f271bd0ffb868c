import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentHash, isStamped, stamp } from './stamp.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chartkeep-stamp-'))
  await mkdir(join(root, 'sources'))
  await writeFile(join(root, 'sources', 'a.ts'), 'a')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const hash = () => contentHash(root, ['sources', 'config.json'], (path) => !path.endsWith('.test.ts'))

describe('Whether something must be built again', () => {
  it('does not depend on the clock', async () => {
    const before = await hash()
    await utimes(join(root, 'sources', 'a.ts'), 1, 1)
    expect(await hash()).toBe(before)
  })

  it('depends on contents, on names, and on files that appear', async () => {
    const seen = [await hash()]
    await writeFile(join(root, 'sources', 'a.ts'), 'b')
    seen.push(await hash())
    await rename(join(root, 'sources', 'a.ts'), join(root, 'sources', 'b.ts'))
    seen.push(await hash())
    await writeFile(join(root, 'config.json'), '{}')
    seen.push(await hash())
    expect(new Set(seen).size).toBe(4)
  })

  it('does not depend on the tests beside a module', async () => {
    const before = await hash()
    await writeFile(join(root, 'sources', 'a.test.ts'), '')
    expect(await hash()).toBe(before)
  })

  it('is told by a stamp that says the same, and no other', async () => {
    const file = join(root, 'made', 'stamp')
    expect(await isStamped(file, 'x')).toBe(false)
    await stamp(file, 'x')
    expect(await isStamped(file, 'x')).toBe(true)
    expect(await isStamped(file, 'y')).toBe(false)
  })
})
