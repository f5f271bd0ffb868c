/** A name as it stands before its value in canonical JSON, to be found in bytes. */
export interface Mark {
  readonly bytes: Uint8Array
  /** By the byte at the end of the place that is looked at: how far on the mark may be at the earliest (Horspool, 1980). */
  readonly steps: Uint8Array
}

function mark(text: string): Mark {
  const bytes = Buffer.from(text, 'latin1')
  const steps = new Uint8Array(256).fill(bytes.length)
  for (const [index, byte] of bytes.subarray(0, -1).entries()) steps[byte] = bytes.length - 1 - index
  return { bytes, steps }
}

const [quote, zero] = [0x22, 0x30]

export const hashLength = 64
/** Where the entry begins in a line: after the hash and a space. */
export const entryAt = hashLength + 1
export const marks = {
  correlation: mark('"correlation":"'),
  device: mark('"device":"'),
  event: mark('"event":"'),
  file: mark('"file":'),
  format: mark('"format":'),
  key: mark('"key":"'),
  lastHash: mark('"lastHash":"'),
  lastSeq: mark('"lastSeq":'),
  mono: mark('"mono":'),
  patient: mark('"patient":"'),
  prev: mark('"prev":"'),
  run: mark('"run":"'),
  seq: mark('"seq":'),
  signature: mark('"signature":"'),
  wall: mark('"wall":'),
} as const

/**
 * The bytes of an entry, from which values are read one after the other: each name is sought behind what was read last. What is
 * not found moves nothing. Bytes are read where they lie; no text is made of what need not be one.
 */
export class LineBytes {
  private readonly bytes: Buffer
  private readonly end: number
  private at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.at = start
    this.end = end
  }

  /** Goes to the value behind the mark; false where there is none. */
  find({ bytes: sought, steps }: Mark): boolean {
    const { bytes, end } = this
    const last = sought.length - 1
    for (let at = this.at + last; at < end; at += steps[bytes[at] ?? 0] ?? 1) {
      let behind = 0
      while (behind <= last && bytes[at - behind] === sought[last - behind]) behind += 1
      if (behind > last) {
        this.at = at + 1
        return true
      }
    }
    return false
  }

  /** Where it reads on. */
  get here(): number {
    return this.at
  }

  /** Whether the bytes from here on are those of a text (ASCII). */
  isAt(text: string): boolean {
    const { bytes, at } = this
    for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false
    return at + text.length <= this.end
  }

  /** A value without anything that would have been escaped in it, as Latin-1. `known`, a likely one: comparing a short text costs less than making it. */
  wordAfter(sought: Mark, known = ''): string | undefined {
    if (!this.find(sought)) return undefined
    if (this.bytes[this.at + known.length] !== quote || !this.isAt(known)) return this.word()
    this.at += known.length
    return known
  }

  /** What stands from here to the next quotation mark; `likely`, how long that probably is. */
  word(likely = 0): string {
    const start = this.at
    if (this.bytes[start + likely] === quote) this.at += likely
    while (this.at < this.end && this.bytes[this.at] !== quote) this.at += 1
    return this.bytes.toString('latin1', start, this.at)
  }

  /** A whole number without a sign; more than 16 digits are none. What ends a line is no digit. */
  numberAfter(sought: Mark): number | undefined {
    if (!this.find(sought)) return undefined
    const { bytes, at: start } = this
    let at = start
    let value = 0
    for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9 && at - start < 17; digit = (bytes[at] ?? 0) - zero) {
      value = value * 10 + digit
      at += 1
    }
    this.at = at
    return at > start && value <= Number.MAX_SAFE_INTEGER ? value : undefined
  }
}
