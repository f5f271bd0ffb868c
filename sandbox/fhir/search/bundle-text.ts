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

/** What stands before the entries of a bundle. */
export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response'
  readonly self?: string
  readonly next?: string | undefined
  readonly total?: number | undefined
}

/**
 * A bundle as text, of entries that are text already. The records are kept as text and pasted in: parsing and writing 5,000
 * observations again would cost more than everything else together. Whatever is not a record goes through JSON.stringify.
 */
export function bundleText({ type, self, next, total }: BundleHead, entries: readonly string[]): string {
  const link = [
    ...(self === undefined ? [] : [{ relation: 'self', url: self }]),
    ...(next === undefined ? [] : [{ relation: 'next', url: next }]),
  ]
  const head = JSON.stringify({
    resourceType: 'Bundle', type, ...(total === undefined ? {} : { total }), ...(link.length === 0 ? {} : { link }),
  })
  return entries.length === 0 ? head : `${head.slice(0, -1)},"entry":[${entries.join(',')}]}`
}

/** A page of a search as text. */
export function searchsetText({ baseUrl, self, next, total, entries }: PageText): string {
  const body = entries.map(
    ({ type, id, json, mode }) =>
      `{"fullUrl":${JSON.stringify(`${baseUrl}/${type}/${id}`)},"resource":${json},"search":{"mode":"${mode}"}}`,
  )
  return bundleText({ type: 'searchset', self, next, total }, body)
}
