import { createHash, createPublicKey, hash, verify } from 'node:crypto'
import { auditFormat } from '../format.ts'

/** What the verifier needs of an entry. Texts are read as Latin-1: what is compared is ASCII, and bytes are what is hashed. */
export interface SeenEntry {
  readonly format: 1 | 2
  readonly seq: number
  readonly prev: string
  readonly hash: string
  readonly device: string
  readonly run: string | undefined
  readonly wall: number
  readonly mono: number
  /** The key of a checkpoint, and whether it signed this one. */
  readonly checkpoint: { readonly key: string; readonly isSigned: boolean } | undefined
  /** The writer itself noticed here that the chain was put back to an older state. */
  readonly isPutBack: boolean
}

/** Where the entry begins in a line: after the hash and a space. */
const entryAt = 65
const [space, brace] = [0x20, 0x7b]
const ownMark = '"event":"chain.'
const putBackMark = `"event":"${auditFormat.putBackEvent}"`
const checkpointMark = `"event":"${auditFormat.checkpointEvent}"`

/**
 * Reads the line at `start` to `end`, without its line feed. `undefined`: it is no entry, or not the one that its hash
 * stands for. Names and values are looked for as they stand in canonical JSON: inside a string a quotation mark never
 * stands unescaped, so no value can pass for a name; and names come in their order, so that each is sought after the last.
 */
export function readEntry(bytes: Buffer, start: number, end: number): SeenEntry | undefined {
  if (bytes[start] === brace) return readFormat1(bytes.subarray(start, end))
  if (bytes[start + entryAt - 1] !== space || bytes[start + entryAt] !== brace) return undefined
  const text = bytes.toString('latin1', start, end)
  const sum = text.slice(0, 64)
  if (hash('sha256', bytes.subarray(start + entryAt, end), 'hex') !== sum) return undefined
  const device = wordAfter(text, '"device":"', entryAt)
  const format = numberAfter(text, '"format":', device.at)
  const mono = numberAfter(text, '"mono":', format.at)
  const prev = wordAfter(text, '"prev":"', mono.at)
  const run = wordAfter(text, '"run":"', prev.at)
  const seq = numberAfter(text, '"seq":', run.at)
  const wall = numberAfter(text, '"wall":', seq.at)
  if (format.value !== 2 || mono.value === undefined || prev.value === undefined || seq.value === undefined || wall.value === undefined) return undefined
  const of = device.value ?? ''
  // Most entries are not the chain's own.
  const isOwn = text.includes(ownMark, device.at)
  return {
    format: 2,
    seq: seq.value,
    prev: prev.value,
    hash: sum,
    device: of,
    run: run.value,
    wall: wall.value,
    mono: mono.value,
    checkpoint: isOwn && text.includes(checkpointMark) ? readCheckpoint(text, of, seq.value, prev.value, wall.value) : undefined,
    isPutBack: isOwn && text.includes(putBackMark),
  }
}

function readCheckpoint(text: string, device: string, seq: number, prev: string, wall: number): SeenEntry['checkpoint'] {
  const key = wordAfter(text, '"key":"', entryAt).value ?? ''
  const statement = `${auditFormat.checkpointStatement}\n${device}\n${seq}\n${prev}\n${wall}`
  return { key, isSigned: isSignedBy(key, statement, wordAfter(text, '"signature":"', entryAt).value ?? '') }
}

/** Ed25519 (RFC 8032). What is no key has signed nothing. */
function isSignedBy(key: string, statement: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(statement, 'utf8'), publicKey(key), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

let lastKey: { readonly x: string; readonly key: ReturnType<typeof createPublicKey> } | undefined
function publicKey(x: string) {
  if (lastKey?.x !== x) lastKey = { x, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) }
  return lastKey.key
}

interface Found<T> {
  readonly value: T | undefined
  /** Where to look for the next name. */
  readonly at: number
}

/** A value without anything that would have been escaped in it. */
function wordAfter(text: string, mark: string, from: number): Found<string> {
  const at = text.indexOf(mark, from)
  if (at === -1) return { value: undefined, at: from }
  const start = at + mark.length
  const end = text.indexOf('"', start)
  return { value: text.slice(start, end), at: end }
}

const [zero, nine] = [0x30, 0x39]
/** A whole number without a sign; more than 16 digits are none. */
function numberAfter(text: string, mark: string, from: number): Found<number> {
  const found = text.indexOf(mark, from)
  if (found === -1) return { value: undefined, at: from }
  const start = found + mark.length
  let at = start
  let value = 0
  for (let digit = text.charCodeAt(at); digit >= zero && digit <= nine && at - start < 17; digit = text.charCodeAt(at)) {
    value = value * 10 + digit - zero
    at += 1
  }
  return { value: at > start && Number.isSafeInteger(value) ? value : undefined, at }
}

/** Format 1: JSON in its one canonical form with `prev` and `hash` inside. */
function readFormat1(bytes: Buffer): SeenEntry | undefined {
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entry: Readonly<Record<string, unknown>> = { ...value }
  const isFlat = Object.values(entry).every((one) => one === null || typeof one === 'string' || Number.isSafeInteger(one))
  if (!isFlat || sorted(entry) !== text) return undefined
  const { prev, hash: sum, seq, format, wall, mono, device } = entry
  const content = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'hash' && name !== 'prev'))
  if (typeof prev !== 'string' || typeof sum !== 'string' || typeof seq !== 'number' || format !== 1) return undefined
  if (createHash('sha256').update(`${prev}\n${sorted(content)}`).digest('hex') !== sum) return undefined
  return { format: 1, seq, prev, hash: sum, device: String(device), run: undefined, wall: Number(wall), mono: Number(mono), checkpoint: undefined, isPutBack: false }
}

/** RFC 8785 for a flat object: names by UTF-16 code units, values as ECMAScript writes them. */
function sorted(entry: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(entry).sort((a, b) => (a < b ? -1 : 1))
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(entry[name])}`).join(',')}}`
}
