import { entryAt, hashLength, LineBytes, type Mark, marks } from './line-bytes.ts'
import type { SeenEntry } from './seen-entry.ts'

/** Bytes of a line that may be others in the next: from where, counted from where the line begins, and how many. */
export interface Gap {
  readonly at: number
  readonly length: number
}

/** What a line that was read name by name was like: where its values stand, and all that stands around them. */
export interface Shape {
  readonly length: number
  readonly device: string
  readonly run: string | undefined
  /** The bytes around the gaps, four together: where they stand, which bits count, and what they are. */
  readonly at: Uint16Array
  readonly masks: Int32Array
  readonly words: Int32Array
  /** Texts of which nothing is read. */
  readonly texts: readonly Gap[]
  readonly mono: Gap
  /** A hash. */
  readonly prev: number
  readonly seq: Gap
  readonly wall: Gap
}

/** Longer lines (an encrypted text) have hardly ever another of their length. */
const longest = 2_048
/** As long as no number of them is beyond what is exact. */
const mostDigits = 15
const [quote, zero, colon] = [0x22, 0x30, 0x3a]

/**
 * The shape of an entry that was read at `start` to `end`; undefined where it has none that could be told again.
 *
 * A line as long, with the same bytes around its gaps, no quotation mark in a text and nothing but digits in a number, reads the same name by name but for what is in the gaps: a name is found
 * by the quotation marks around it and the colon behind them. In a gap there is none of them; and what is behind the gap of a text is no colon, so that neither can the text pass for a name.
 * What is read stands in the gaps that are sought here as `readEntry` seeks it, with nothing between: a name may be there twice.
 */
export function shapeOf(bytes: Buffer, start: number, end: number, { format, device, run, checkpoint, pruned, isPutBack }: SeenEntry): Shape | undefined {
  // Of those more than that is read, or in another way.
  if (format !== 2 || end - start > longest || checkpoint || pruned || isPutBack) return undefined
  const line = new LineBytes(bytes, start + entryAt, end)
  const numberAfter = (mark: Mark): Gap | undefined => {
    if (line.numberAfter(mark) === undefined) return undefined
    let from = line.here
    while (isDigit(bytes[from - 1])) from -= 1
    return line.here - from > mostDigits ? undefined : { at: from - start, length: line.here - from }
  }
  const textAt = (from: number): Gap | undefined => {
    const to = bytes.indexOf(quote, from)
    return to === -1 || to + 1 >= end || bytes[to + 1] === colon ? undefined : { at: from - start, length: to - from }
  }
  line.find(marks.device)
  const deviceAt = line.here
  line.find(marks.event)
  line.numberAfter(marks.format)
  const mono = numberAfter(marks.mono)
  const monoEnd = line.here
  const prev = line.find(marks.prev) ? textAt(line.here) : undefined
  const prevAt = line.here
  line.find(marks.run)
  const [seq, wall] = [numberAfter(marks.seq), numberAfter(marks.wall)]
  if (mono === undefined || prev?.length !== hashLength || seq === undefined || wall === undefined) return undefined
  /** A text that nothing reads: only where no value is that is read. */
  const between = (from: number, to: number, mark: Mark): readonly Gap[] => {
    const stretch = new LineBytes(bytes, from, to)
    const gap = stretch.find(mark) ? textAt(stretch.here) : undefined
    return gap === undefined || gap.length < 4 ? [] : [gap]
  }
  const texts = [...between(start + entryAt, deviceAt, marks.correlation), ...between(monoEnd, prevAt, marks.patient)]
  return { length: end - start, device, run, ...around(bytes.subarray(start, end), [...texts, mono, prev, seq, wall]), texts, mono, prev: prev.at, seq, wall }
}

const isDigit = (byte = 0) => byte >= zero && byte <= zero + 9

/** What stands around the gaps, behind the hash. The last four bytes are taken whole, so that nothing behind the line is. */
function around(line: Buffer, gaps: readonly Gap[]): Pick<Shape, 'at' | 'masks' | 'words'> {
  const mask = Buffer.alloc(line.length, 0xff)
  for (const { at, length } of gaps) mask.fill(0, at, at + length)
  const at: number[] = []
  for (let index = hashLength; index < line.length; index += 4) {
    const from = Math.min(index, line.length - 4)
    if (mask.readInt32LE(from) !== 0) at.push(from)
  }
  const masks = Int32Array.from(at, (from) => mask.readInt32LE(from))
  return { at: Uint16Array.from(at), masks, words: Int32Array.from(at, (from, index) => line.readInt32LE(from) & (masks[index] ?? 0)) }
}

/** Whether a line that begins at `start` has these bytes around its gaps, and texts without a quotation mark in them. */
export function hasShape(view: DataView, start: number, { at, masks, words, texts }: Shape): boolean {
  for (let index = 0; index < words.length; index += 1) if ((view.getInt32(start + (at[index] ?? 0), true) & (masks[index] ?? 0)) !== words[index]) return false
  for (const gap of texts) if (!isText(view, start + gap.at, gap.length)) return false
  return true
}

/** Whether no byte is a quotation mark, or before it in ASCII as a line feed is. Four at once (Mycroft, 1987); at least four. */
function isText(view: DataView, from: number, length: number): boolean {
  const last = from + length - 4
  for (let at = from; at < last; at += 4) if (hasLess(view.getInt32(at, true))) return false
  return !hasLess(view.getInt32(last, true))
}

const hasLess = (word: number) => ((word - 0x23232323) & ~word & 0x80808080) !== 0

/** A whole number without a sign; -1 where there is anything but digits. */
export function numberIn(bytes: Buffer, start: number, { at, length }: Gap): number {
  const end = start + at + length
  let value = 0
  for (let index = start + at; index < end; index += 1) {
    const digit = (bytes[index] ?? 0) - zero
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
