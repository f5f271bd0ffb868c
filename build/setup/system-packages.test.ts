import { describe, expect, it } from 'vitest'
import { headlessPackages, installedNames, missingGroups, whoInstalls } from './system-packages.ts'

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
const ubuntu = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
const fedora = 'ID=fedora\n'

describe('System packages', () => {
  it('installs them itself for root on Debian and what descends from it, with a display or without', () => {
    expect(whoInstalls({ platform: 'linux', isRoot: true, hasDisplay: false, osRelease: debian })).toBe('us')
    expect(whoInstalls({ platform: 'linux', isRoot: true, hasDisplay: true, osRelease: ubuntu })).toBe('us')
  })

  it('asks an ordinary user without a display, and any without apt', () => {
    expect(whoInstalls({ platform: 'linux', isRoot: false, hasDisplay: false, osRelease: debian })).toBe('person')
    expect(whoInstalls({ platform: 'linux', isRoot: true, hasDisplay: false, osRelease: fedora })).toBe('person')
  })

  it('leaves a developer with a desktop alone', () => {
    expect(whoInstalls({ platform: 'linux', isRoot: false, hasDisplay: true, osRelease: debian })).toBe('nobody')
    expect(whoInstalls({ platform: 'darwin', isRoot: false, hasDisplay: false, osRelease: '' })).toBe('nobody')
    expect(whoInstalls({ platform: 'win32', isRoot: false, hasDisplay: false, osRelease: '' })).toBe('nobody')
  })

  it('does not take a removed or half-configured package for an installed one', () => {
    const listing = 'xvfb install ok installed\nlibnss3 deinstall ok config-files\nxauth install ok half-configured\nlibgbm1 unknown ok not-installed\n'
    expect([...installedNames(listing)]).toEqual(['xvfb'])
  })

  it('is content with either name of a package that was renamed', () => {
    const names = headlessPackages.map((group) => group.at(-1) ?? '')
    expect(missingGroups(headlessPackages, new Set(names))).toEqual([])
    expect(missingGroups([['libgtk-3-0', 'libgtk-3-0t64']], new Set())).toEqual([['libgtk-3-0', 'libgtk-3-0t64']])
  })
})
