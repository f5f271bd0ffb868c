import { timingSafeEqual } from 'node:crypto'

/** Tells who holds the control secret, by their `Authorization`. */
export function holderOf(secret: string): (authorization: string | undefined) => boolean {
  const expected = Buffer.from(`Bearer ${secret}`)
  return (authorization = '') => {
    const given = Buffer.from(authorization)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}
