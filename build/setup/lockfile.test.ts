import { describe, expect, it } from 'vitest'
import { compareLocks } from './lockfile.mjs'

const wanted = {
  '': {},
  'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
  'node_modules/@esbuild/win32-x64': { version: '0.28.2', integrity: 'sha512-b', optional: true },
}
const zod = { version: '4.6.7', integrity: 'sha512-a' }

describe('What is installed, against package-lock.json', () => {
  it('agrees when only packages of other platforms are missing', () => {
    expect(compareLocks(wanted, { 'node_modules/zod': zod })).toEqual([])
  })

  it('disagrees when npm was interrupted before it wrote what it installed', () => {
    expect(compareLocks(wanted, {})).toEqual(['node_modules/zod'])
  })

  it('disagrees on another version, and on the same version with other bytes', () => {
    expect(compareLocks(wanted, { 'node_modules/zod': { ...zod, version: '4.6.6' } })).toEqual(['node_modules/zod'])
    expect(compareLocks(wanted, { 'node_modules/zod': { ...zod, integrity: 'sha512-z' } })).toEqual(['node_modules/zod'])
  })

  it('disagrees on a package that nobody asked for any more', () => {
    expect(compareLocks(wanted, { 'node_modules/zod': zod, 'node_modules/left-over': zod })).toEqual(['node_modules/left-over'])
  })
})
