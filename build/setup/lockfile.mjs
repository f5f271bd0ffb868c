import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch {
    return undefined
  }
}

/**
 * Compares two `packages` maps: the one wanted (`package-lock.json`) and the one npm writes last of all when an installation is whole
 * (`node_modules/.package-lock.json`). Packages for other platforms are optional and may be absent.
 *
 * @returns {string[]} the places that disagree; empty when all is installed
 */
export function compareLocks(wanted, installed) {
  const places = new Set([...Object.keys(wanted), ...Object.keys(installed)])
  places.delete('')
  return [...places].filter((place) => {
    const want = wanted[place]
    const have = installed[place]
    if (want === undefined) return true
    if (have === undefined) return want.optional !== true && want.devOptional !== true
    return want.version !== have.version || want.integrity !== have.integrity
  })
}

/** @returns {string[]} what of `package-lock.json` is not installed in the project at `root` */
export function disagreements(root) {
  const wanted = readPackages(join(root, 'package-lock.json'))
  if (wanted === undefined) throw new Error('package-lock.json is missing or damaged: `git checkout package-lock.json` brings it back')
  return compareLocks(wanted, readPackages(join(root, 'node_modules', '.package-lock.json')) ?? {})
}
