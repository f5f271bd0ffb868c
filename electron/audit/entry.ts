import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { auditFormat } from './format.ts'

/** The end of a chain: what the next entry continues. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

export const emptyChain: ChainHead = { seq: 0, hash: auditFormat.origin }

/** An entry's own fields, without its place in the chain. */
export type EntryFields = Readonly<Record<string, string | number | null>>

/** Appends an entry to a head: its line, with the line feed, and the new head. */
export function append(head: ChainHead, fields: EntryFields): { readonly line: string; readonly head: ChainHead } {
  const seq = head.seq + 1
  const text = canonical({ ...fields, format: auditFormat.version, seq, prev: head.hash })
  const hash = sha256(text)
  return { line: `${hash} ${text}\n`, head: { seq, hash } }
}

/** A line by itself: the place it claims in the chain, and its own head. Undefined where it is not what a writer wrote. */
export interface ReadLine {
  readonly before: ChainHead
  readonly head: ChainHead
  readonly entry: Readonly<Record<string, unknown>>
}

export function readLine(line: string): ReadLine | undefined {
  const text = line.startsWith('{') ? line : line.slice(65)
  const entry = parse(text)
  if (entry === undefined) return undefined
  const { seq, prev } = entry
  if (typeof seq !== 'number' || typeof prev !== 'string') return undefined
  const hash = text === line ? hashOfFormat1(entry) : entry['format'] === auditFormat.version ? sha256(text) : undefined
  if (hash === undefined || (text !== line && line.slice(0, 65) !== `${hash} `)) return undefined
  return { before: { seq: seq - 1, hash: prev }, head: { seq, hash }, entry }
}

/** Before checkpoints the hash stood inside; such a chain is followed, and nothing more is written that way. */
function hashOfFormat1(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { prev, hash, ...placed } = entry
  return placed['format'] === 1 && hash === sha256(`${String(prev)}\n${canonical(placed)}`) ? hash : undefined
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

/** The entry of a text that is its own canonical form. What is nested too deep, or is no Unicode, has none. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) && canonical(value) === text ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('An audit entry has no canonical form.')
  return text
}
