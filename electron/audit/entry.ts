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
  const placed = { ...fields, format: auditFormat.version, seq: head.seq + 1 }
  const hash = hashOf(head.hash, placed)
  return { line: `${canonical({ ...placed, prev: head.hash, hash })}\n`, head: { seq: placed.seq, hash } }
}

/** The head after a line (without its line feed) that continues `head`; undefined where it does not, byte for byte. */
export function follow(head: ChainHead, line: string): ChainHead | undefined {
  const entry = parse(line)
  if (entry === undefined) return undefined
  const { prev, hash, ...placed } = entry
  if (placed['format'] !== auditFormat.version || placed['seq'] !== head.seq + 1 || prev !== head.hash) return undefined
  return hash === hashOf(head.hash, placed) ? { seq: head.seq + 1, hash } : undefined
}

/** What a line says of the end of its chain, unproven: to be compared with what a later file continues. */
export function claimedHead(line: string): { readonly before: ChainHead } | undefined {
  const entry = parse(line)
  const seq = entry?.['seq']
  const prev = entry?.['prev']
  if (typeof seq !== 'number' || typeof prev !== 'string') return undefined
  return { before: { seq: seq - 1, hash: prev } }
}

function hashOf(prev: string, placed: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(`${prev}\n${canonical(placed)}`, 'utf8').digest('hex')
}

/** The entry of a line that is its own canonical form. What is nested too deep, or is no Unicode, has none. */
function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) && canonical(value) === line ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('An audit entry has no canonical form.')
  return text
}
