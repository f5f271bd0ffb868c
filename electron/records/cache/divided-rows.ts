import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { type Continuation, KeptPage } from '../fhir/load-section.ts'
import { type Apart, apart, divide, Piece, unite } from './divide.ts'
import type { Change, Rows } from './rows.ts'

const digest = z.base64().length(44)

/** What is in the row of the ordinary part: its pages with what was taken out missing, and which rows complete it. */
const RestText = z.object({
  pages: z.array(z.object({ ...KeptPage.shape, resources: z.array(z.unknown()) })),
  rest: z.object({ starts: z.array(z.object({ search: z.number(), url: z.string() })), seen: z.array(z.string()) }).optional(),
  /** SHA-256 of each: rows that were not written together do not pass for one section. */
  apart: z.strictObject({ identifiers: digest, notes: digest, sensitive: digest }).partial(),
})

export interface SectionText {
  readonly pages: readonly KeptPage[]
  readonly rest: Continuation | undefined
}

/** Where the rows of one part of a section are kept; each of them under its purpose. */
export interface DividedAddress {
  readonly patient: string
  readonly what: string
}

const rowOf = (purpose: 'chart' | Apart, { patient, what }: DividedAddress) => ({ purpose, patient, what }) as const
const digestOf = (text: Uint8Array) => createHash('sha256').update(text).digest('base64')

/**
 * Seals a part of a section under the keys of all that is in it. Throws `not-permitted` if one of them was not given: nothing is found then,
 * for half a list would pass for a whole one.
 */
export function putDivided(rows: Rows, address: DividedAddress, { pages, rest }: SectionText, asOf: number): void {
  const divided = divide(pages.flatMap((page) => page.resources))
  const digests: Partial<Record<Apart, string>> = {}
  const changes: Change[] = []
  for (const [purpose, pieces] of divided.pieces) {
    const text = Buffer.from(JSON.stringify(pieces))
    digests[purpose] = digestOf(text)
    changes.push({ do: 'put', address: rowOf(purpose, address), plain: text, asOf })
  }
  let from = 0
  const thinned = pages.map((page) => {
    const resources = divided.rest.slice(from, from + page.resources.length)
    from += page.resources.length
    return { ...page, resources }
  })
  const plain = Buffer.from(JSON.stringify({ pages: thinned, ...(rest === undefined ? {} : { rest }), apart: digests }))
  changes.push({ do: 'put', address: rowOf('chart', address), plain, asOf })
  for (const purpose of apart) if (digests[purpose] === undefined) changes.push({ do: 'remove', address: rowOf(purpose, address) })
  rows.write(changes)
}

/** All of it or nothing. Throws what `Rows.get` throws. */
export function getDivided(rows: Rows, address: DividedAddress): (SectionText & { readonly asOf: number }) | undefined {
  const row = rows.get(rowOf('chart', address))
  if (row === undefined) return undefined
  const text = RestText.safeParse(parsedJson(row.plain.toString('utf8')))
  if (!text.success) return undefined
  const pieces: Piece[] = []
  for (const purpose of apart) {
    const expected = text.data.apart[purpose]
    if (expected === undefined) continue
    const found = rows.get(rowOf(purpose, address))
    if (found === undefined || digestOf(found.plain) !== expected) return undefined
    const read = z.array(Piece).safeParse(parsedJson(found.plain.toString('utf8')))
    if (!read.success) return undefined
    pieces.push(...read.data)
  }
  const whole = unite(text.data.pages.flatMap((page) => page.resources), pieces)
  if (whole === undefined) return undefined
  let from = 0
  const pages = z.array(KeptPage).safeParse(
    text.data.pages.map((page) => {
      const resources = whole.slice(from, from + page.resources.length)
      from += page.resources.length
      return { ...page, resources }
    }),
  )
  return pages.success ? { pages: pages.data, rest: text.data.rest, asOf: row.asOf } : undefined
}

export function removeDivided(rows: Rows, address: DividedAddress): void {
  rows.write((['chart', ...apart] as const).map((purpose) => ({ do: 'remove', address: rowOf(purpose, address) })))
}
