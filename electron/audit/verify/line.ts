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

const plain = /^[0-9a-f]{64} \{/
const putBackMark = `"event":"${auditFormat.putBackEvent}"`
const checkpointMark = `"event":"${auditFormat.checkpointEvent}"`

/**
 * Reads a line without its line feed. `undefined`: it is no entry, or not the one that its hash stands for. Names and
 * values are looked for as they stand in canonical JSON: inside a string a quotation mark never stands unescaped, so
 * no value can pass for a name.
 */
export function readEntry(bytes: Buffer): SeenEntry | undefined {
  const text = bytes.toString('latin1')
  if (text.startsWith('{')) return readFormat1(bytes)
  if (!plain.test(text)) return undefined
  const sum = text.slice(0, 64)
  if (hash('sha256', bytes.subarray(65), 'hex') !== sum) return undefined
  const seq = numberAt(text, 'seq')
  const prev = wordAt(text, 'prev')
  const wall = numberAt(text, 'wall')
  const mono = numberAt(text, 'mono')
  if (seq === undefined || prev === undefined || wall === undefined || mono === undefined || numberAt(text, 'format') !== 2) return undefined
  const device = wordAt(text, 'device') ?? ''
  const isCheckpoint = text.includes(checkpointMark)
  return { format: 2, seq, prev, hash: sum, device, run: wordAt(text, 'run'), wall, mono, checkpoint: isCheckpoint ? readCheckpoint(text, device, seq, prev, wall) : undefined, isPutBack: text.includes(putBackMark) }
}

function readCheckpoint(text: string, device: string, seq: number, prev: string, wall: number): SeenEntry['checkpoint'] {
  const key = wordAt(text, 'key') ?? ''
  const statement = `${auditFormat.checkpointStatement}\n${device}\n${seq}\n${prev}\n${wall}`
  return { key, isSigned: isSignedBy(key, statement, wordAt(text, 'signature') ?? '') }
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

/** A value without anything that would have been escaped in it. */
function wordAt(text: string, name: string): string | undefined {
  const mark = `"${name}":"`
  const at = text.indexOf(mark)
  if (at === -1) return undefined
  const start = at + mark.length
  return text.slice(start, text.indexOf('"', start))
}

function numberAt(text: string, name: string): number | undefined {
  const mark = `"${name}":`
  const at = text.indexOf(mark)
  if (at === -1) return undefined
  const number = Number.parseInt(text.slice(at + mark.length, at + mark.length + 17), 10)
  return Number.isSafeInteger(number) ? number : undefined
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
