import { hash } from 'node:crypto'
import { auditFormat } from '../format.ts'
import { entryAt, hashLength } from './line-bytes.ts'
import type { SeenEntry } from './seen-entry.ts'
import { hasShape, numberIn, type Shape, shapeOf } from './shape.ts'

const lengths = 64
/**
 * Of lines as long as one whose shape is known, and not like it, so many pass before one takes its place: two that alternate do not drive each other out. Each time it is four times as
 * many, up to the most, for to learn a shape costs as much as to read ten lines by their names.
 */
const [patience, mostPatience] = [4, 1_024]
/** A hash in hex is so many words of four letters. */
const hashWords = hashLength / 4

/** By a byte: its two hex digits, as they stand in memory. */
const hexOf = Uint16Array.from({ length: 256 }, (_, byte) => Buffer.from(byte.toString(16).padStart(2, '0'), 'latin1').readUInt16LE())

/**
 * Most entries are like one before and follow the last, with nothing to be said of them. Those are told here, in a third of the time that it takes to read them name by name. It is never told here
 * that something is wrong: what is not plainly such an entry is read and judged as if there were nothing but that.
 */
export class Alike {
  private readonly shapes: (Shape | undefined)[] = Array.from({ length: lengths }, () => undefined)
  private readonly seen = new Int32Array(lengths)
  /** By the length: how many have still to pass, and how many the next time. */
  private readonly left = new Int32Array(lengths)
  private readonly patience = new Int32Array(lengths).fill(patience)
  private bytes: Buffer | undefined
  private view: DataView = new DataView(new ArrayBuffer(0))
  /** The last that was read by its names; and what was other in the one that was told last. */
  private read: SeenEntry | undefined
  private isRead = true
  private seq = 0
  private mono = 0
  private wall = 0
  private hash = new Int32Array(hashWords)
  private prev = new Int32Array(hashWords)
  private found = new Int32Array(hashWords)

  /** The number of the entry that would follow. */
  get next(): number {
    return this.seq + 1
  }

  /** The last entry of both ways. */
  last(): SeenEntry | undefined {
    const { read, seq, mono, wall } = this
    if (read === undefined || this.isRead) return read
    return { ...read, format: 2, seq, mono, wall, prev: textOf(this.prev), hash: textOf(this.hash), checkpoint: undefined, pruned: undefined, isPutBack: false }
  }

  /** An entry that was read name by name, and follows. */
  took(bytes: Buffer, start: number, end: number, entry: SeenEntry): void {
    this.read = entry
    this.isRead = true
    ;({ seq: this.seq, mono: this.mono, wall: this.wall } = entry)
    Buffer.from(this.hash.buffer).write(entry.hash, 'latin1')
    this.learn(bytes, start, end, entry)
  }

  /** Remembers what it was like, once a second one of its length comes. */
  private learn(bytes: Buffer, start: number, end: number, entry: SeenEntry): void {
    const length = end - start
    const slot = length % lengths
    if (this.seen[slot] !== length) {
      this.seen[slot] = length
      return
    }
    const left = this.left[slot] ?? 0
    this.left[slot] = left - 1
    if (left > 0) return
    const wait = this.patience[slot] ?? 0
    this.left[slot] = wait
    this.patience[slot] = Math.min(4 * wait, mostPatience)
    this.shapes[slot] = shapeOf(bytes, start, end, entry)
  }

  /** Whether the line is plainly the next entry: by its hash, of the same device and run, by a clock that went on. */
  follows(bytes: Buffer, start: number, end: number): boolean {
    const shape = this.shapes[(end - start) % lengths]
    const { read } = this
    if (shape === undefined || shape.length !== end - start || read === undefined || shape.device !== read.device || shape.run !== read.run) return false
    if (this.bytes !== bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    const { view } = this
    if (!hasShape(view, start, shape)) return false
    const seq = numberIn(bytes, start, shape.seq)
    const mono = numberIn(bytes, start, shape.mono)
    const wall = numberIn(bytes, start, shape.wall)
    if (seq !== this.seq + 1 || mono < 0 || wall < 0 || this.wall - wall + Math.max(0, mono - this.mono) > auditFormat.clockTolerance) return false
    if (!isHash(view, start + shape.prev, this.hash)) return false
    if (!copyProven(view, start, hash('sha256', bytes.subarray(start + entryAt, end), 'binary'), this.found)) return false
    const { prev } = this
    this.prev = this.hash
    this.hash = this.found
    this.found = prev
    this.isRead = false
    this.seq = seq
    this.mono = mono
    this.wall = wall
    return true
  }
}

function isHash(view: DataView, at: number, words: Int32Array): boolean {
  for (let index = 0; index < hashWords; index += 1) if (view.getInt32(at + 4 * index, true) !== words[index]) return false
  return true
}

/** Whether a digest (a letter for each byte) stands at `at` in hex. It is then in `words`; else there is anything. */
function copyProven(view: DataView, at: number, digest: string, words: Int32Array): boolean {
  for (let index = 0; index < hashWords; index += 1) {
    const word = (hexOf[digest.charCodeAt(2 * index)] ?? 0) | ((hexOf[digest.charCodeAt(2 * index + 1)] ?? 0) << 16)
    if (view.getInt32(at + 4 * index, true) !== word) return false
    words[index] = word
  }
  return true
}

const textOf = (words: Int32Array) => Buffer.from(words.buffer).toString('latin1')
