import type { Pair } from './search-plan.ts'

/** A record on its way out, already serialised. */
export interface EntryText {
  readonly type: string
  readonly id: string
  readonly json: string
  readonly mode: 'match' | 'include'
}

/** A page of a search, ready to be written. */
export interface PageText {
  readonly baseUrl: string
  readonly self: string
  readonly next: string | undefined
  readonly total: number | undefined
  readonly entries: readonly EntryText[]
}

/** A query string for a self link. */
export const queryOf = (pairs: readonly Pair[]): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')

/**
 * The searchset as text. The records are kept as text and pasted in: parsing and writing 5,000 observations again would cost more
 * than everything else together. Whatever is not a record goes through JSON.stringify.
 */
export function searchsetText({ baseUrl, self, next, total, entries }: PageText): string {
  const link = [{ relation: 'self', url: self }, ...(next === undefined ? [] : [{ relation: 'next', url: next }])]
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', ...(total === undefined ? {} : { total }), link })
  if (entries.length === 0) return head
  const body = entries.map(
    ({ type, id, json, mode }) =>
      `{"fullUrl":${JSON.stringify(`${baseUrl}/${type}/${id}`)},"resource":${json},"search":{"mode":"${mode}"}}`,
  )
  return `${head.slice(0, -1)},"entry":[${body.join(',')}]}`
}
