import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'

/**
 * Unpacks a zip archive into a folder.
 *
 * @param placeOf where an entry goes, relative to the folder; `undefined` leaves it out
 * @param onEntry told the share of the archive that has been passed, from 0 to 1
 */
export async function unpackZip(
  archive: string,
  folder: string,
  placeOf: (entry: string) => string | undefined,
  onEntry: (share: number) => void = () => {},
): Promise<void> {
  const zip = await openPromise(archive)
  try {
    let passed = 0
    for await (const entry of zip.eachEntry()) {
      passed += 1
      const place = placeOf(entry.fileName)
      if (place === undefined) continue
      const file = join(folder, place)
      await mkdir(dirname(file), { recursive: true })
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file))
      // The upper half of the attributes is the Unix mode; only "may it run" is kept of it.
      const mayRun = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0
      await chmod(file, mayRun ? 0o755 : 0o644)
      onEntry(passed / zip.entryCount)
    }
  } finally {
    zip.close()
  }
}
