import { chmodSync, existsSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bringBack, mirror } from './tree.ts'

let folder: string
let source: string
let target: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep tree '))
  source = join(folder, 'source')
  target = join(folder, 'target')
  await mkdir(join(source, 'deep', 'er'), { recursive: true })
  await writeFile(join(source, 'deep', 'er', 'file'), 'one')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const copied = () => readFileSync(join(target, 'deep', 'er', 'file'), 'utf8')
const modeOf = (file: string) => statSync(file).mode & 0o777

describe('The copy of a project for the unprivileged user', () => {
  it('follows its source: what is new comes, what changed changes, what is gone goes', async () => {
    await mirror(source, target)
    expect(copied()).toBe('one')
    await writeFile(join(source, 'deep', 'er', 'file'), 'two')
    utimesSync(join(source, 'deep', 'er', 'file'), 1, 1)
    await writeFile(join(source, 'new'), 'new')
    await mirror(source, target)
    expect(copied()).toBe('two')
    await rm(join(source, 'deep'), { recursive: true })
    await mirror(source, target)
    expect(readdirSync(target)).toEqual(['new'])
  })

  it('leaves alone what it is told to, on either side', async () => {
    await mkdir(join(target, 'results'), { recursive: true })
    await writeFile(join(target, 'results', 'kept'), '')
    await mkdir(join(source, '.git'))
    await mirror(source, target, { skip: (path) => ['.git', 'results'].includes(path) })
    expect(readdirSync(target).sort()).toEqual(['deep', 'results'])
  })

  it('is readable by the user and writable by root alone, however strict or lax the source was', async () => {
    const secretive = join(source, 'strict')
    await writeFile(secretive, '')
    chmodSync(secretive, 0o700)
    chmodSync(join(source, 'deep', 'er', 'file'), 0o666)
    await mirror(source, target, { share: true })
    expect(modeOf(join(target, 'strict'))).toBe(0o755)
    expect(modeOf(join(target, 'deep', 'er', 'file'))).toBe(0o644)
    // Neither was made so at the source.
    expect(modeOf(secretive)).toBe(0o700)
    expect(modeOf(join(source, 'deep', 'er', 'file'))).toBe(0o666)
  })

  it('shares packages by hard link instead of copying them, and takes a replaced one', async () => {
    chmodSync(join(source, 'deep', 'er', 'file'), 0o644)
    // Of another time than the one that replaces it, however fast this runs.
    utimesSync(join(source, 'deep', 'er', 'file'), 1_000_000_000, 1_000_000_000)
    await mirror(source, target, { share: true })
    expect(statSync(join(target, 'deep', 'er', 'file')).ino).toBe(statSync(join(source, 'deep', 'er', 'file')).ino)
    await rm(join(source, 'deep', 'er', 'file'))
    await writeFile(join(source, 'deep', 'er', 'file'), 'two', { mode: 0o644 })
    await mirror(source, target, { share: true })
    expect(copied()).toBe('two')
  })

  it('keeps symbolic links as they are written', async () => {
    symlinkSync('deep/er/file', join(source, 'link'))
    await mirror(source, target)
    await mirror(source, target)
    expect(readlinkSync(join(target, 'link'))).toBe('deep/er/file')
  })

  it('turns a folder into a file, and back, where the source did', async () => {
    await mirror(source, target)
    await rm(join(source, 'deep'), { recursive: true })
    await writeFile(join(source, 'deep'), 'a file now')
    await mirror(source, target)
    expect(readFileSync(join(target, 'deep'), 'utf8')).toBe('a file now')
    await rm(join(source, 'deep'))
    await mkdir(join(source, 'deep'))
    await mirror(source, target)
    expect(statSync(join(target, 'deep')).isDirectory()).toBe(true)
  })
})

describe('What a run wrote, brought back by root', () => {
  it('is its plain files', async () => {
    await bringBack(source, target)
    expect(copied()).toBe('one')
  })

  it('is never what a link of the user points to', async () => {
    await writeFile(join(folder, 'secret'), 'of root')
    symlinkSync(join(folder, 'secret'), join(source, 'picture.png'))
    symlinkSync(folder, join(source, 'pictures'))
    await bringBack(source, target)
    expect(readdirSync(target)).toEqual(['deep'])
  })

  it('does not write through a link that stands in the way', async () => {
    await writeFile(join(folder, 'mine'), 'untouched')
    await writeFile(join(source, 'result'), 'theirs')
    await mkdir(target)
    symlinkSync(join(folder, 'mine'), join(target, 'result'))
    await bringBack(source, target)
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('untouched')
    expect(readFileSync(join(target, 'result'), 'utf8')).toBe('theirs')
  })

  it('may be nothing', async () => {
    await bringBack(join(folder, 'absent'), target)
    expect(existsSync(target)).toBe(false)
  })
})
