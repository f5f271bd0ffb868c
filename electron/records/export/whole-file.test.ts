import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { writeWhole } from './whole-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-export-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string) => ({ path: join(folder, name), part: join(folder, `${name}.0badcafe.part`) })
const failure = (work: Promise<unknown>) => work.then(() => 'none', kindOf)

describe('a file that is exported', () => {
  it('has its name when it is whole, and not before; nobody else reads it', async () => {
    const path = join(folder, 'trail.csv')
    await writeWhole(file('trail.csv'), async (write) => {
      await write('one\r\n')
      expect(readdirSync(folder)).toEqual(['trail.csv.0badcafe.part'])
      await write('two\r\n')
    })
    expect(readdirSync(folder)).toEqual(['trail.csv'])
    expect(readFileSync(path, 'utf8')).toBe('one\r\ntwo\r\n')
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  it('that cannot be finished leaves nothing, and what stood there before as it was', async () => {
    const path = join(folder, 'trail.csv')
    writeFileSync(path, 'of yesterday')
    const broken = writeWhole(file('trail.csv'), async (write) => {
      await write('half')
      throw new ChartkeepError('offline')
    })
    expect(await failure(broken)).toBe('offline')
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['trail.csv'], 'of yesterday'])
  })

  it('cannot be where there is no folder, or where one has its name', async () => {
    expect(await failure(writeWhole(file('none/x.csv'), () => Promise.resolve()))).toBe('internal')
    mkdirSync(join(folder, 'taken'))
    expect(await failure(writeWhole(file('taken'), (write) => write('x')))).not.toBe('none')
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  it('on a full disk is "full", and leaves nothing', async () => {
    // The device that is always full; its neighbours cannot be made, so the part is opened by another name.
    const full = writeWhole(file('x.csv'), () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })))
    expect(await failure(full)).toBe('disk-full')
    expect(readdirSync(folder)).toEqual([])
  })
})
