import { createHash } from 'node:crypto'
import type { Sight } from '../access/access.ts'

/** The ETag of a version (FHIR R4 §3.1.0.1.5). A record shown in part has another one: it is another representation. */
export function versionTag(version: number, sight: Exclude<Sight, 'none'> = 'full'): string {
  return `W/"${version}${sight === 'full' ? '' : '-subset'}"`
}

/** The version that an `If-Match` names; undefined for anything that is not one version of ours. */
export function versionOfTag(header: string): number | undefined {
  const version = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(header)?.[1]
  return version === undefined ? undefined : Number(version)
}

/** What decides the content of a page of results: which records, at which versions, shown how far, and whether more follow. */
export interface PageFacts {
  /** The parameters: posted searches share one URL. */
  readonly asked: readonly (readonly [name: string, value: string])[]
  readonly records: readonly { readonly key: number; readonly version: number; readonly sight: Exclude<Sight, 'none'> }[]
  readonly total: number | undefined
  readonly hasNext: boolean
}

/** The ETag of a page. Computed before any record is read, so that a page that has not changed costs no more than finding it. */
export function pageTag({ asked, records, total, hasNext }: PageFacts): string {
  const hash = createHash('sha256').update(`${JSON.stringify(asked)};${total ?? ''};${hasNext ? 1 : 0};`)
  hash.update(records.map(({ key, version, sight }) => `${key}.${version}${sight === 'full' ? '' : 's'}`).join(','))
  return `W/"${hash.digest('base64url').slice(0, 27)}"`
}

const opaque = (tag: string) => tag.trim().replace(/^W\//, '')

/** Whether an `If-None-Match` header names this tag (RFC 9110 §13.1.2, weak comparison). */
export function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some((one) => opaque(one) === opaque(tag))
}
