import { deniedItem, type Instrument } from './codes/instruments.ts'
import type { Rng } from './random.ts'

/** The most that an instrument can give here, every item but the denied one answered with 3. */
export function mostOf({ items }: Instrument): number {
  return 3 * items.filter(({ code }) => code !== deniedItem).length
}

/** Answers from 0 to 3, one for each item, that add up to `total`; a total beyond what can be reached is cut to it. */
export function answersFor(instrument: Instrument, total: number, rng: Rng): readonly number[] {
  const answers = instrument.items.map(() => 0)
  const open = instrument.items.flatMap(({ code }, place) => (code === deniedItem ? [] : [place]))
  for (let left = Math.max(0, Math.min(Math.round(total), mostOf(instrument))); left > 0; left -= 1) {
    const [first, ...others] = open.filter((place) => (answers[place] ?? 3) < 3)
    if (first === undefined) break
    const place = rng.pick([first, ...others])
    answers[place] = (answers[place] ?? 0) + 1
  }
  return answers
}
