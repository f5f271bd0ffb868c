import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { Needle } from '../memory/scan.ts'

interface Swept {
  /** How many files were read. */
  readonly files: number
  /** Which needle lies in which file. The needle's name alone: what is looked for is not printed. */
  readonly hits: readonly { readonly needle: string; readonly file: string }[]
}

/** A text as it may be written: UTF-8, UTF-16, hexadecimal, and base64 at each of its three alignments. */
export function bytesOf(name: string, text: string): Needle[] {
  const utf8 = Buffer.from(text, 'utf8')
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), utf8]).toString('base64')
    // The first and last characters carry bits of the neighbours.
    const start = before === 0 ? 0 : before + 1
    return whole.slice(start, utf8.length % 3 === 0 && before === 0 ? undefined : Math.floor(((before + utf8.length) * 8) / 6))
  })
  return [
    { name: `${name} (utf-8)`, bytes: utf8 },
    { name: `${name} (utf-16)`, bytes: Buffer.from(text, 'utf16le') },
    { name: `${name} (hex)`, bytes: Buffer.from(utf8.toString('hex')) },
    ...base64.map((each) => ({ name: `${name} (base64)`, bytes: Buffer.from(each) })),
  ]
}

/** Looks for the needles in every file under a folder, names of files and compressed contents included. */
export async function sweep(folder: string, needles: readonly Needle[]): Promise<Swept> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hits = new Map<string, { needle: string; file: string }>()
  for (const path of files) {
    const file = relative(folder, path)
    const content = await readFile(path)
    for (const bytes of [content, Buffer.from(file), ...unpacked(content)]) {
      for (const needle of needles) if (bytes.includes(needle.bytes)) hits.set(`${needle.name}\0${file}`, { needle: needle.name, file })
    }
  }
  return { files: files.length, hits: [...hits.values()] }
}

/** What a file holds if it is compressed as a whole. */
function unpacked(content: Buffer): Buffer[] {
  return [gunzipSync, inflateSync, inflateRawSync].flatMap((unpack) => {
    try {
      return [unpack(content)]
    } catch {
      return []
    }
  })
}
