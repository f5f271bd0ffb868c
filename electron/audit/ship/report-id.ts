import type { ChainLine } from './place.ts'

/** By names of this system the EHR knows an event again: BALP's entity for `X-Request-Id`. */
export const requestSystem = 'urn:chartkeep:audit'

/** Name of an entry at the EHR, the same however often it is sent. The hash is in it: a chain that was put back gives a number again, to another entry. */
export function reportId({ seq, hash, entry }: Pick<ChainLine, 'seq' | 'hash' | 'entry'>): string {
  const { device } = entry
  return `${typeof device === 'string' ? device : 'unknown'}.${seq}.${hash.slice(0, 16)}`
}
