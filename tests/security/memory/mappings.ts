import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** A stretch of a process's address space. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

export interface Mapping extends Stretch {
  readonly writable: boolean
  readonly readable: boolean
  /** Nothing stands in it but what this process has written there itself: no file and no other process is behind it. */
  readonly isOwn: boolean
  /** Path of the file behind it, or a name in brackets, or nothing for anonymous memory. */
  readonly backing: string
}

/** Pages of the kernel's own, which hold nothing of the process and cannot be read through `mem`. */
const kernelPages = new Set(['[vvar]', '[vvar_vclock]', '[vsyscall]', '[vdso]'])

/** The mappings of a process, from `/proc/<pid>/maps` (proc_pid_maps(5)). */
export function mappingsOf(pid: number): Mapping[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const parts = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+\s*(.*)$/.exec(line)
      if (!parts) return []
      const [, start = '', end = '', mode = '', backing = ''] = parts
      const isOwn = mode.endsWith('p') && !backing.startsWith('/')
      return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), readable: mode.startsWith('r'), writable: mode.includes('w'), isOwn, backing }]
    })
}

/** Whether a mapping can hold anything that the process has written. */
export function couldHold(mapping: Mapping): boolean {
  if (kernelPages.has(mapping.backing)) return false
  const mirrorsFile = mapping.backing.startsWith('/') && !mapping.writable
  // Without any right it is a guard or reserved address space: no memory is behind it.
  return mapping.readable && !mirrorsFile
}

const entryBytes = 8
/** Of the upper half of an entry: the page is in memory (bit 63), or was swapped out (bit 62). Neither: it was never written to, or was given back. */
const holdsSomething = 0xc000_0000
/** Entries that are read in one go. */
const block = 65_536

/** AT_PAGESZ of getauxval(3). */
const pageBytes = (): number => {
  const vector = readFileSync('/proc/self/auxv')
  for (let at = 0; at + 16 <= vector.length; at += 16) if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8))
  throw new Error('the kernel does not say how large a page is')
}

/** The memory of a process, to be read while it runs. */
export interface Pages {
  /**
   * The stretches of a mapping behind which there is memory. Nine tenths of what a process of Electron's may write to (stacks, arenas) it never has:
   * that is zeros, and reading it takes half a minute, in which what was to be found may be overwritten. Of what others may write to too: all of it.
   */
  heldIn(mapping: Mapping): Stretch[]
  /** Reads so many bytes from that address on into the buffer, and gives how many there were. Throws where they cannot be read. */
  read(into: Buffer, length: number, at: number): number
  close(): void
}

/** By `/proc/<pid>/mem` and `/proc/<pid>/pagemap` (proc_pid_pagemap(5)). Throws where it may not be read. */
export function pagesOf(pid: number): Pages {
  const size = pageBytes()
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  let pagemap: number
  try {
    pagemap = openSync(`/proc/${pid}/pagemap`, 'r')
  } catch (error) {
    closeSync(memory)
    throw error
  }
  const entries = Buffer.alloc(block * entryBytes)
  return {
    read: (into, length, at) => readSync(memory, into, 0, length, at),
    close: () => {
      closeSync(pagemap)
      closeSync(memory)
    },
    heldIn: ({ start, end, isOwn }) => {
      if (!isOwn) return [{ start, end }]
      const held: { start: number; end: number }[] = []
      for (let from = start; from < end; from += block * size) {
        const wanted = Math.min(block, (end - from) / size)
        const read = readSync(pagemap, entries, 0, wanted * entryBytes, (from / size) * entryBytes)
        for (let each = 0; each < wanted; each += 1) {
          const at = each * entryBytes
          // What the kernel does not tell of is read.
          if (at + entryBytes <= read && (entries.readUInt32LE(at + 4) & holdsSomething) === 0) continue
          const page = from + each * size
          const last = held.at(-1)
          if (last?.end === page) last.end = page + size
          else held.push({ start: page, end: page + size })
        }
      }
      return held
    },
  }
}
