import { ChartkeepError } from '../../../shared/errors.ts'

/** What a document may be at most. Sizes in bytes of UTF-8. */
export interface JsonBounds {
  readonly bytes: number
  /** One entry of the bundle. */
  readonly entryBytes: number
  /** What is around the entries; a single resource is that. */
  readonly frameBytes: number
  readonly entries: number
  readonly depth: number
  /** Everything between two commas is a value: what a parser makes of a few bytes takes many. */
  readonly values: number
  /** Of one entry, and of the frame: these are what is parsed in one go, while everything else waits. */
  readonly pieceValues: number
}

/** Why an entry was not handed on. */
export type Unread = 'too-large' | 'too-deep'

export interface JsonListener {
  /** A whole entry of the bundle, as bytes, each in turn. */
  entry(bytes: Buffer): void
  unread(why: Unread): void
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

const entryKey = Buffer.from('entry')
/** Stands in the frame for each entry, so that the frame is JSON exactly if the whole was. */
const stand = Buffer.from('0')

/**
 * Cuts a JSON document into the entries of its `entry` array and the frame around them, as its bytes come in and without
 * keeping what it has handed on. It looks at nothing but quotes and brackets: whether the pieces are JSON is for who parses them.
 */
export class JsonPieces {
  readonly #bounds: JsonBounds
  readonly #listener: JsonListener
  #depth = 0
  #inString = false
  #escaped = false
  #bytes = 0
  #values = 0
  #frameValues = 0
  #entryValues = 0
  #entries = 0
  /** The text of the string being read at depth 1, as far as it may be a key that matters. */
  #key: number[] = []
  #keyBefore: number[] = []
  #inEntries = false
  #isInEntry = false
  #entryUnread: Unread | undefined
  #entry: Buffer[] = []
  #entrySize = 0
  readonly #frame: Buffer[] = []
  #frameSize = 0

  constructor(bounds: JsonBounds, listener: JsonListener) {
    this.#bounds = bounds
    this.#listener = listener
  }

  /** Throws `too-large` beyond a bound of the whole. */
  take(piece: Buffer): void {
    this.#bytes += piece.length
    if (this.#bytes > this.#bounds.bytes) throw new ChartkeepError('too-large')
    // Where the part begins that belongs to what is being gathered: an entry, or the frame.
    let start = 0
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at]
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) {
          this.#inString = false
          continue
        }
        if (this.#depth === 1 && byte !== undefined && this.#key.length <= entryKey.length) this.#key.push(byte)
        continue
      }
      switch (byte) {
        case quote:
          this.#inString = true
          if (this.#depth === 1) this.#key = []
          break
        case comma:
          this.#countValue()
          break
        case colon:
          if (this.#depth === 1) this.#keyBefore = this.#key
          break
        case openBrace:
        case openBracket:
          if (this.#depth === 1 && byte === openBracket && isEntryKey(this.#keyBefore)) this.#inEntries = true
          if (this.#inEntries && this.#depth === 2 && byte === openBrace) {
            this.#gatherFrame(piece.subarray(start, at))
            start = at
            this.#beginEntry()
          }
          this.#depth += 1
          this.#countValue()
          if (this.#depth > this.#bounds.depth) this.#tooDeep()
          break
        case closeBrace:
        case closeBracket:
          this.#depth -= 1
          if (this.#inEntries && this.#depth === 1) this.#inEntries = false
          if (this.#isInEntry && this.#depth === 2) {
            this.#gatherEntry(piece.subarray(start, at + 1))
            start = at + 1
            this.#endEntry()
          }
          break
        default:
      }
    }
    if (this.#isInEntry) this.#gatherEntry(piece.subarray(start))
    else this.#gatherFrame(piece.subarray(start))
  }

  /** The frame, with `0` in the place of each entry, and how many there were. */
  end(): { readonly frame: Buffer; readonly entries: number } {
    return { frame: Buffer.concat(this.#frame, this.#frameSize), entries: this.#entries }
  }

  #beginEntry(): void {
    this.#entries += 1
    if (this.#entries > this.#bounds.entries) throw new ChartkeepError('too-large')
    this.#gatherFrame(stand)
    this.#isInEntry = true
    this.#entryValues = 0
    this.#entryUnread = undefined
  }

  #endEntry(): void {
    this.#isInEntry = false
    const pieces = this.#entry
    const size = this.#entrySize
    this.#entry = []
    this.#entrySize = 0
    const [first] = pieces
    if (this.#entryUnread !== undefined || first === undefined) this.#listener.unread(this.#entryUnread ?? 'too-large')
    else this.#listener.entry(pieces.length === 1 ? first : Buffer.concat(pieces, size))
  }

  #gatherEntry(part: Buffer): void {
    this.#entrySize += part.length
    if (this.#entrySize > this.#bounds.entryBytes) this.#entryUnread ??= 'too-large'
    if (this.#entryUnread === undefined) this.#entry.push(part)
    else this.#entry = []
  }

  #gatherFrame(part: Buffer): void {
    if (part.length === 0) return
    this.#frameSize += part.length
    if (this.#frameSize > this.#bounds.frameBytes) throw new ChartkeepError('too-large')
    this.#frame.push(part)
  }

  #countValue(): void {
    this.#values += 1
    if (this.#isInEntry) {
      this.#entryValues += 1
      if (this.#entryValues > this.#bounds.pieceValues) this.#entryUnread ??= 'too-large'
    } else this.#frameValues += 1
    if (this.#values > this.#bounds.values || this.#frameValues > this.#bounds.pieceValues) throw new ChartkeepError('too-large')
  }

  #tooDeep(): void {
    if (!this.#isInEntry) throw new ChartkeepError('too-large')
    this.#entryUnread ??= 'too-deep'
  }
}

function isEntryKey(key: readonly number[]): boolean {
  return key.length === entryKey.length && entryKey.every((byte, index) => key[index] === byte)
}
