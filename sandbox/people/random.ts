import { createHash } from 'node:crypto'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** A source of seeded chance. A fork depends on its name alone, so that a draw added in one place moves nothing elsewhere. */
export interface Rng {
  /** Whole number, both ends included. */
  int(from: number, to: number): number
  /** From 0 up to 1, 1 excluded. */
  unit(): number
  /** True with the probability `p`. */
  chance(p: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
  /** Bell-shaped, and never further than 3.5 standard deviations from the mean. */
  normal(mean: number, deviation: number): number
  fork(name: string): Rng
}

const digest = (path: string): Buffer => createHash('sha256').update(path).digest()

/** The source that belongs to a path, such as `1/patient/7/vitals`. */
export function rngOf(path: string): Rng {
  const seed = digest(path)
  const source = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => seed.readInt32LE(at)))
  const unit = () => uniformFloat64(source)
  return {
    int: (from, to) => uniformInt(source, from, to),
    unit,
    chance: (p) => unit() < p,
    // The index is below the length, and the list is not empty.
    pick: <T>(from: readonly [T, ...T[]]): T => from[uniformInt(source, 0, from.length - 1)] as T,
    // Four uniforms summed (Irwin-Hall): plain arithmetic, so the same bytes on every engine, and no wild tail.
    normal: (mean, deviation) => mean + (unit() + unit() + unit() + unit() - 2) * Math.sqrt(3) * deviation,
    fork: (name) => rngOf(`${path}/${name}`),
  }
}

/** An opaque id in the shape of a UUID (version 8, RFC 9562: the bits are ours), derived from a path. */
export function opaqueId(path: string): string {
  const bytes = digest(`id:${path}`)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
