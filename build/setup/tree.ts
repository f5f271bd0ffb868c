import { chmod, chown, constants, copyFile, link, lstat, mkdir, readdir, readlink, rename, rm, symlink, utimes } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing } from '../../shared/error-code.ts'

/** Mode bits by which others could change a file, or could not read it: such a file is copied, never shared. */
const isSafeToShare = (found: Stats): boolean => (found.mode & 0o022) === 0 && (found.mode & 0o004) !== 0

async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Same bytes, as far as size and time tell: what a copy of ours keeps of its source. */
const isSame = (from: Stats, to: Stats): boolean =>
  to.isFile() && from.size === to.size && Math.abs(from.mtimeMs - to.mtimeMs) < 2 && ((from.mode ^ to.mode) & 0o100) === 0

async function copyWhole(from: string, to: string, found: Stats): Promise<void> {
  const part = `${to}.part-${process.pid}`
  await copyFile(from, part, constants.COPYFILE_FICLONE)
  // Readable by everyone, writable by nobody else, runnable where the source is.
  await chmod(part, (found.mode & 0o100) === 0 ? 0o644 : 0o755)
  await utimes(part, found.atimeMs / 1000, found.mtimeMs / 1000)
  await rename(part, to)
}

export interface MirrorOptions {
  /** Leaves paths out, relative to the source; what stands at them in the target stays. */
  readonly skip?: (path: string) => boolean
  /** Shares files by hard link where the file system can, instead of copying them. */
  readonly share?: boolean
}

/**
 * Makes `target` the same as `source`: new and changed files come over, each by one rename, what is gone goes, symbolic links stay as they
 * are written. Everything in the target is readable by all and writable by its owner alone.
 */
export async function mirror(source: string, target: string, options: MirrorOptions = {}): Promise<void> {
  await mirrorFolder(source, target, '', options)
}

async function mirrorFolder(source: string, target: string, path: string, options: MirrorOptions): Promise<void> {
  const here = join(target, path)
  const there = await statOf(here)
  if (there !== undefined && !there.isDirectory()) await rm(here)
  await mkdir(here, { recursive: true })
  await chmod(here, 0o755)
  const entries = await readdir(join(source, path), { withFileTypes: true })
  const names = new Set(entries.map((entry) => entry.name))
  for (const name of await readdir(here)) {
    const place = path === '' ? name : `${path}/${name}`
    if (!names.has(name) && options.skip?.(place) !== true) await rm(join(here, name), { recursive: true, force: true })
  }
  await Promise.all(
    entries.map(async (entry) => {
      const place = path === '' ? entry.name : `${path}/${entry.name}`
      if (options.skip?.(place) === true) return
      try {
        if (entry.isDirectory()) await mirrorFolder(source, target, place, options)
        else await mirrorEntry(join(source, place), join(target, place), options.share === true)
      } catch (error) {
        // Someone deleted it while we looked; the next run sees the same as we do then.
        if (!isMissing(error)) throw error
      }
    }),
  )
}

async function mirrorEntry(from: string, to: string, share: boolean): Promise<void> {
  const found = await lstat(from)
  const there = await statOf(to)
  if (found.isSymbolicLink()) {
    const written = await readlink(from)
    if (there?.isSymbolicLink() === true && (await readlink(to)) === written) return
    await rm(to, { recursive: true, force: true })
    await symlink(written, to)
    return
  }
  if (!found.isFile()) return
  if (there !== undefined && (there.ino === found.ino || isSame(found, there))) return
  if (there?.isDirectory() === true) await rm(to, { recursive: true })
  if (share && isSafeToShare(found)) {
    try {
      if (there !== undefined) await rm(to)
      await link(from, to)
      return
    } catch (error) {
      if (isMissing(error)) throw error
      // Another file system, or one that forbids it: copy.
    }
  }
  await copyWhole(from, to, found)
}

/**
 * Brings results out of a folder that an unprivileged user writes into one of ours. That user could have put anything there: only plain
 * files and folders are taken, and no link is followed.
 */
export async function bringBack(source: string, target: string, owner?: { readonly uid: number; readonly gid: number }): Promise<void> {
  const found = await statOf(source)
  if (found === undefined) return
  if (found.isDirectory()) {
    await mkdir(target, { recursive: true })
    for (const name of await readdir(source)) await bringBack(join(source, name), join(target, name), owner)
    return
  }
  if (!found.isFile()) return
  await mkdir(dirname(target), { recursive: true })
  await rm(target, { recursive: true, force: true })
  await copyFile(source, target)
  if (owner !== undefined) await chown(target, owner.uid, owner.gid)
}
