import { once } from 'node:events'
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createFamily } from '../../../build/run/family.ts'
import { electronPath } from './surroundings.ts'

/** A file system of its own, of a few megabytes, where the application keeps its profile. Nothing else is on it. */
export interface SmallDisk {
  /** Starts Electron where that disk is mounted: takes its place as the program. */
  readonly program: string
  /** The place of the disk as others than the application reach it. */
  readonly seenFromOutside: string
  /** Leaves no byte free. */
  fill(): Promise<void>
  /** Makes the room again that `fill` took. */
  makeRoom(): Promise<void>
  close(): Promise<void>
}

/**
 * Mounts a small `tmpfs` over `at`, for the processes started by `program` alone. No right of root is needed: in user and mount
 * namespaces of its own (user_namespaces(7)), as Chromium's sandbox has them too, an ordinary user may mount one. A process that does
 * nothing holds the mount, so that it outlives the application.
 */
export async function mountSmallDisk(at: string, scratch: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(at, { recursive: true, mode: 0o700 })
  const family = createFamily()
  const mount = 'mount -t tmpfs -o "size=$1m,mode=700" tmpfs "$2" && exec setpriv --inh-caps=-all --ambient-caps=-all sh -c "echo mounted; exec sleep infinity"'
  const holder = family.start('unshare', ['--user', '--mount', '--map-current-user', '--keep-caps', 'sh', '-c', mount, 'sh', String(megabytes), at], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit').then(() => undefined)
  const said = await Promise.race([holder.stdout ? once(createInterface(holder.stdout), 'line') : undefined, ended])
  if (said === undefined || holder.pid === undefined) throw new Error('the small disk could not be mounted: see above what unshare or mount said')
  const program = join(scratch, 'electron-on-a-small-disk')
  await writeFile(program, `#!/bin/sh\nexec nsenter --target ${holder.pid} --user --mount --preserve-credentials -- '${electronPath()}' "$@"\n`)
  await chmod(program, 0o700)
  const seenFromOutside = join('/proc', String(holder.pid), 'root', at)
  const filler = (number: number) => join(seenFromOutside, `filler-${number}`)
  let fillers = 0
  return {
    program,
    seenFromOutside,
    fill: async () => {
      const free = async () => {
        const { bavail, bsize } = await statfs(seenFromOutside)
        return bavail * bsize
      }
      for (let left = await free(); left > 0; left = await free()) {
        fillers += 1
        await writeFile(filler(fillers), Buffer.alloc(left)).catch((error: unknown) => {
          // Somebody else was quicker: then what is left is less than it was.
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
        })
      }
    },
    makeRoom: async () => {
      for (; fillers > 0; fillers -= 1) await rm(filler(fillers), { force: true })
    },
    close: () => family.end(),
  }
}
