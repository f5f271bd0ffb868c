import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** What somebody does at the keyboard in one life of the application: drawn from a seed, so that whoever finds it killed knows what was typed. */
export interface Stroke {
  /** Since the stroke before, ms. */
  readonly pause: number
  readonly patient: string
  /** All of that patient's note after it. */
  readonly text: string
}

/** A typist that has nothing to do says so this often. */
export const beatMs = 20

export const patients = ['ann', 'bob'] as const

/** The strokes of one life, without end: most are a key, some are taken back, some are a paste, some come after a thought. */
export function* strokes(seed: number, kept: ReadonlyMap<string, string>): Generator<Stroke, never> {
  const rng = xoroshiro128plus(seed)
  const texts = new Map(kept)
  let patient: string = patients[0]
  for (let number = 1; ; number += 1) {
    const chance = uniformInt(rng, 0, 99)
    if (chance < 8) patient = patients[uniformInt(rng, 0, patients.length - 1)] ?? patient
    const before = texts.get(patient) ?? ''
    const text = chance < 12 && before.length > 1 ? before.slice(0, -1) : chance < 16 ? `${before.slice(-30_000)} pasted ${seed}/${number} ${'lorem '.repeat(uniformInt(rng, 10, 2_000))}` : `${before} ${seed}/${number}`
    texts.set(patient, text)
    yield { pause: chance >= 96 ? uniformInt(rng, 250, 700) : uniformInt(rng, 15, 140), patient, text }
  }
}
