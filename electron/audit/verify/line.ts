import { createHash, createPublicKey, hash, verify } from 'node:crypto'
import { auditFormat } from '../format.ts'
import { entryAt, hashLength, LineBytes, marks } from './line-bytes.ts'
import type { Pruned, SeenEntry } from './seen-entry.ts'

const [space, brace] = [0x20, 0x7b]
/** What the names of the chain's own events begin with. Most entries are not among them. */
const own = 'chain.'

/**
 * Reads the line at `start` to `end`, without its line feed. `undefined`: it is no entry, or not the one that its hash
 * stands for. Names and values are looked for as they stand in canonical JSON: inside a string a quotation mark never
 * stands unescaped, so no value can pass for a name; and names come in their order, so that each is sought after the last.
 * `before` changes nothing but the time it takes: most entries are of the device and the run of the one before.
 */
export function readEntry(bytes: Buffer, start: number, end: number, before?: SeenEntry): SeenEntry | undefined {
  if (bytes[start] === brace) return readFormat1(bytes.subarray(start, end))
  if (bytes[start + hashLength] !== space || bytes[start + entryAt] !== brace) return undefined
  const sum = hash('sha256', bytes.subarray(start + entryAt, end), 'hex')
  if (bytes.toString('latin1', start, start + hashLength) !== sum) return undefined
  const line = new LineBytes(bytes, start + entryAt, end)
  const device = line.wordAfter(marks.device, before?.device) ?? ''
  const event = line.find(marks.event) && line.isAt(own) ? line.word() : undefined
  const format = line.numberAfter(marks.format)
  const mono = line.numberAfter(marks.mono)
  const prev = line.find(marks.prev) ? line.word(hashLength) : undefined
  const run = line.wordAfter(marks.run, before?.run)
  const seq = line.numberAfter(marks.seq)
  const wall = line.numberAfter(marks.wall)
  if (format !== 2 || mono === undefined || prev === undefined || seq === undefined || wall === undefined) return undefined
  return {
    format,
    seq,
    prev,
    hash: sum,
    device,
    run,
    wall,
    mono,
    checkpoint: event === auditFormat.checkpointEvent ? readCheckpoint(new LineBytes(bytes, start + entryAt, end), `${device}\n${seq}\n${prev}\n${wall}`) : undefined,
    pruned: event === auditFormat.prunedEvent ? readPruned(new LineBytes(bytes, start + entryAt, end), `${device}\n${seq}\n${prev}\n${wall}`) : undefined,
    isPutBack: event === auditFormat.putBackEvent,
  }
}

function readPruned(line: LineBytes, place: string): Pruned {
  const file = line.numberAfter(marks.file) ?? 0
  const key = line.wordAfter(marks.key) ?? ''
  const lastHash = line.wordAfter(marks.lastHash) ?? ''
  const lastSeq = line.numberAfter(marks.lastSeq) ?? 0
  const signature = line.wordAfter(marks.signature) ?? ''
  return { file, lastSeq, lastHash, key, isSigned: isSignedBy(key, `${auditFormat.prunedStatement}\n${place}\n${file}\n${lastSeq}\n${lastHash}`, signature) }
}

function readCheckpoint(line: LineBytes, place: string): SeenEntry['checkpoint'] {
  const key = line.wordAfter(marks.key) ?? ''
  const signature = line.wordAfter(marks.signature) ?? ''
  return { key, isSigned: isSignedBy(key, `${auditFormat.checkpointStatement}\n${place}`, signature) }
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
  return { format: 1, seq, prev, hash: sum, device: String(device), run: undefined, wall: Number(wall), mono: Number(mono), checkpoint: undefined, pruned: undefined, isPutBack: false }
}

/** RFC 8785 for a flat object: names by UTF-16 code units, values as ECMAScript writes them. */
function sorted(entry: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(entry).sort((a, b) => (a < b ? -1 : 1))
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(entry[name])}`).join(',')}}`
}
