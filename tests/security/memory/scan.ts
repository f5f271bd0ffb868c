import { existsSync } from 'node:fs'
import { errorCode } from '../../../shared/error-code.ts'
import { couldHold, type Mapping, mappingsOf, type Pages, pagesOf } from './mappings.ts'

/** Something that must not be found, by a name that may be printed. */
export interface Needle {
  readonly name: string
  readonly bytes: Buffer
}

export interface ScanResult {
  readonly pid: number
  /** Bytes that were looked at. */
  readonly scanned: number
  readonly hits: Readonly<Record<string, number>>
}

const chunk = 1024 * 1024

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

/** A process that runs gives memory back while it is looked at: then it is looked at again, so often. */
const attempts = 5
/** One that is just starting into its sandbox lets nobody look for a moment. Milliseconds, and how often that is waited. */
const moment = 50
const moments = 200

/**
 * Counts each needle in the memory of a process. Everything that it could have written is read; what only mirrors a
 * file is left out. Throws when a mapping that is there cannot be read: a gap in the scan is a failure, not a skip.
 */
export function scanProcess(pid: number, needles: readonly Needle[]): ScanResult {
  for (let [attempt, waited] = [1, 0]; ; ) {
    try {
      return scanOnce(pid, needles)
    } catch (error) {
      // A process that has ended since it was listed has no memory left to hold anything.
      if (!existsSync(`/proc/${pid}/maps`) || errorCode(error) === 'ESRCH') return { pid, scanned: 0, hits: {} }
      if (errorCode(error) === 'EACCES' && waited < moments) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, moment)
        waited += 1
        continue
      }
      if (!(error instanceof UnreadableMapping) || attempt === attempts || isThere(pid, error.mapping)) throw error
      attempt += 1
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
  const pages = pagesOf(pid)
  let scanned = 0
  try {
    const buffer = Buffer.allocUnsafe(chunk + longest)
    for (const mapping of mappingsOf(pid).filter(couldHold)) {
      for (const { start, end } of pages.heldIn(mapping)) {
        for (let at = start; at < end; at += chunk) {
          const view = buffer.subarray(0, readMapping(pages, buffer, Math.min(chunk + longest - 1, end - at), at, mapping))
          scanned += Math.min(view.length, chunk)
          // One pass for all needles; where one is, each is counted.
          if (!any.test(view.toString('latin1'))) continue
          for (const needle of needles) {
            for (let found = view.indexOf(needle.bytes); found !== -1 && found < chunk; found = view.indexOf(needle.bytes, found + 1)) {
              hits[needle.name] = (hits[needle.name] ?? 0) + 1
            }
          }
        }
      }
    }
  } finally {
    pages.close()
  }
  return { pid, scanned, hits }
}

/** Matches where any of the needles is, in bytes that were made characters one by one. */
function anyOf(needles: readonly Needle[]): RegExp {
  const pattern = ({ bytes }: Needle) => Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  return new RegExp(needles.map(pattern).join('|'))
}

function readMapping(pages: Pages, buffer: Buffer, length: number, at: number, mapping: Mapping): number {
  try {
    return pages.read(buffer, length, at)
  } catch (cause) {
    throw new UnreadableMapping(mapping, cause)
  }
}
