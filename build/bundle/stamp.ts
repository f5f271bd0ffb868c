import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The files under a folder (or the file itself), in one order on every machine. */
async function filesUnder(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return existsSync(place) ? [place] : []
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
}

/**
 * A hash of names and contents: it changes when anything in `places` does, and not with a clock or a checkout's folder.
 *
 * @param isInput leaves files out, by their path relative to `root`
 */
export async function contentHash(
  root: string,
  places: readonly string[],
  isInput: (path: string) => boolean = () => true,
): Promise<string> {
  const hash = createHash('sha256')
  for (const place of places) {
    for (const file of await filesUnder(join(root, place))) {
      const name = file.slice(root.length + 1).replaceAll('\\', '/')
      if (!isInput(name)) continue
      const bytes = await readFile(file)
      hash.update(`${name}\0${bytes.length}\0`).update(bytes)
    }
  }
  return hash.digest('hex')
}

/** Does the stamp in `file` say that this was done already? */
export async function isStamped(file: string, hash: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')) === hash
}

export async function stamp(file: string, hash: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, hash)
}
