import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'

/** Something that must not be found, by a name that may be printed. */
export interface Needle {
  readonly name: string
  readonly bytes: Buffer
}

export interface Mapping {
  readonly start: number
  readonly end: number
  readonly writable: boolean
  readonly readable: boolean
  /** Path of the file behind it, or a name in brackets, or nothing for anonymous memory. */
  readonly backing: string
}

export interface ScanResult {
  readonly pid: number
  /** Bytes that were looked at. */
  readonly scanned: number
  readonly hits: Readonly<Record<string, number>>
}

const chunk = 1024 * 1024
/** Pages of the kernel's own, which hold nothing of the process and cannot be read through `mem`. */
const kernelPages = new Set(['[vvar]', '[vvar_vclock]', '[vsyscall]', '[vdso]'])

/** A text as it can lie in memory: UTF-8, UTF-16LE, and Latin-1 where that differs. */
export function needlesOf(name: string, text: string): Needle[] {
  const utf8 = Buffer.from(text, 'utf8')
  const latin1 = Buffer.from(text, 'latin1')
  const needles = [
    { name: `${name} (utf-8)`, bytes: utf8 },
    { name: `${name} (utf-16)`, bytes: Buffer.from(text, 'utf16le') },
  ]
  return utf8.equals(latin1) ? needles : [...needles, { name: `${name} (latin-1)`, bytes: latin1 }]
}

/** The mappings of a process, from `/proc/<pid>/maps` (proc_pid_maps(5)). */
export function mappingsOf(pid: number): Mapping[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const parts = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+\s*(.*)$/.exec(line)
      if (!parts) return []
      const [, start = '', end = '', mode = '', backing = ''] = parts
      return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), readable: mode.startsWith('r'), writable: mode.includes('w'), backing }]
    })
}

/** A process that runs gives memory back while it is looked at: then it is looked at again, so often. */
const attempts = 5

/**
 * Counts each needle in the memory of a process. Everything that it could have written is read; what only mirrors a
 * file is left out. Throws when a mapping that is there cannot be read: a gap in the scan is a failure, not a skip.
 */
export function scanProcess(pid: number, needles: readonly Needle[]): ScanResult {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return scanOnce(pid, needles)
    } catch (error) {
      // A process that has ended since it was listed has no memory left to hold anything.
      if (!existsSync(`/proc/${pid}/maps`)) return { pid, scanned: 0, hits: {} }
      if (!(error instanceof UnreadableMapping) || attempt === attempts || isThere(pid, error.mapping)) throw error
    }
  }
}

function isThere(pid: number, { start, end, backing }: Mapping): boolean {
  return mappingsOf(pid).some((mapping) => mapping.start === start && mapping.end === end && mapping.backing === backing)
}

class UnreadableMapping extends Error {
  readonly mapping: Mapping
  constructor(mapping: Mapping, cause: unknown) {
    super(`a mapping of ${mapping.end - mapping.start} bytes (${mapping.backing || 'anonymous'}) could not be read`, { cause })
    this.mapping = mapping
  }
}

function scanOnce(pid: number, needles: readonly Needle[]): ScanResult {
  const hits: Record<string, number> = {}
  const any = anyOf(needles)
  const longest = Math.max(...needles.map((needle) => needle.bytes.length))
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  let scanned = 0
  try {
    const buffer = Buffer.allocUnsafe(chunk + longest)
    for (const mapping of mappingsOf(pid).filter(couldHold)) {
      for (let at = mapping.start; at < mapping.end; at += chunk) {
        const length = Math.min(chunk + longest - 1, mapping.end - at)
        const read = readMapping(memory, buffer, length, at, mapping)
        scanned += Math.min(read, chunk)
        const view = buffer.subarray(0, read)
        // One pass for all needles; where one is, each is counted.
        if (!any.test(view.toString('latin1'))) continue
        for (const needle of needles) {
          for (let found = view.indexOf(needle.bytes); found !== -1 && found < chunk; found = view.indexOf(needle.bytes, found + 1)) {
            hits[needle.name] = (hits[needle.name] ?? 0) + 1
          }
        }
      }
    }
  } finally {
    closeSync(memory)
  }
  return { pid, scanned, hits }
}

/** Matches where any of the needles is, in bytes that were made characters one by one. */
function anyOf(needles: readonly Needle[]): RegExp {
  const pattern = ({ bytes }: Needle) => Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  return new RegExp(needles.map(pattern).join('|'))
}

function couldHold(mapping: Mapping): boolean {
  if (kernelPages.has(mapping.backing)) return false
  const mirrorsFile = mapping.backing.startsWith('/') && !mapping.writable
  // Without any right it is a guard or reserved address space: no memory is behind it.
  return mapping.readable && !mirrorsFile
}

function readMapping(memory: number, buffer: Buffer, length: number, at: number, mapping: Mapping): number {
  try {
    return readSync(memory, buffer, 0, length, at)
  } catch (cause) {
    throw new UnreadableMapping(mapping, cause)
  }
}
