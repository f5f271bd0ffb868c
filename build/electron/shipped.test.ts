import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadOrigin, shippedBinary, wasTriedToday } from './shipped.ts'

const hour = 3_600_000
const github = 'https://github.com/electron/electron/releases/'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chartkeep-shipped-'))
  await mkdir(join(root, 'node_modules', 'electron', 'dist'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('The Electron that we ship on', () => {
  it('is there once its package says where, and not when it was interrupted before', async () => {
    const folder = join(root, 'node_modules', 'electron')
    await writeFile(join(folder, 'dist', 'electron'), '')
    expect(shippedBinary(root, {})).toBeUndefined()
    await writeFile(join(folder, 'path.txt'), 'electron')
    expect(shippedBinary(root, {})).toBe(join(folder, 'dist', 'electron'))
  })

  it("is not there when its package names a binary that somebody removed", async () => {
    await writeFile(join(root, 'node_modules', 'electron', 'path.txt'), 'electron')
    expect(shippedBinary(root, {})).toBeUndefined()
  })

  it('is not asked for again within a day of a failure, from the same place', () => {
    expect(wasTriedToday(`${10 * hour} ${github}`, github, 33 * hour)).toBe(true)
    expect(wasTriedToday(`${10 * hour} ${github}`, github, 34 * hour)).toBe(false)
  })

  it('is asked for at once when a mirror was named since', () => {
    const mirror = downloadOrigin({ ELECTRON_MIRROR: 'https://mirror.example/electron/' })
    expect(wasTriedToday(`${10 * hour} ${github}`, mirror, 11 * hour)).toBe(false)
  })

  it('is asked for when the note is damaged, or from a clock that went back', () => {
    expect(wasTriedToday('', github, hour)).toBe(false)
    expect(wasTriedToday('yesterday', github, hour)).toBe(false)
    expect(wasTriedToday(`${10 * hour} ${github}`, github, 9 * hour)).toBe(false)
  })
})
