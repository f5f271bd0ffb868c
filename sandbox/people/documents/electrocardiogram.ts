import { encode } from 'fast-png'
import type { Rng } from '../random.ts'

/** Ten seconds at 25 mm a second, one pixel for each hundredth of a second. */
const [width, height, seconds] = [1000, 160, 10]

/** A heartbeat as a sum of bells: P, Q, R, S, T; height in millivolts, place and width in seconds from the R wave. */
const waves = [
  [0.12, -0.18, 0.025],
  [-0.12, -0.03, 0.009],
  [1.1, 0, 0.011],
  [-0.25, 0.03, 0.01],
  [0.28, 0.24, 0.045],
] as const

/** When the heart beats within the strip, seconds: evenly, or as in atrial fibrillation, where no interval is like the next. */
function beats(perMinute: number, isIrregular: boolean, rng: Rng): number[] {
  const interval = 60 / perMinute
  const times: number[] = []
  for (let time = 0.2; time < seconds + 0.5; time += interval * (isIrregular ? 0.7 + rng.unit() * 0.6 : 0.99 + rng.unit() * 0.02)) times.push(time)
  return times
}

function millivolts(at: number, times: readonly number[], isIrregular: boolean): number {
  let sum = isIrregular ? 0.04 * Math.sin(at * 41) + 0.03 * Math.sin(at * 67) : 0
  for (const time of times) {
    if (Math.abs(at - time) > 0.5) continue
    for (const [tall, from, wide] of waves) {
      // Without the atria beating together there is no P wave.
      if (isIrregular && from === -0.18) continue
      sum += tall * Math.exp(-(((at - time - from) / wide) ** 2) / 2)
    }
  }
  return sum
}

/** A rhythm strip (lead II) as a grey PNG: the beats come as often as the pulse that was counted at the visit, per minute. */
export function electrocardiogram(perMinute: number, isIrregular: boolean, rng: Rng): Buffer {
  const data = new Uint8Array(width * height).fill(255)
  for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1) if (row % 20 === 0 || column % 20 === 0) data[row * width + column] = 225
  const times = beats(perMinute, isIrregular, rng)
  const rowAt = (column: number) => Math.round(Math.min(height - 2, Math.max(1, 115 - 70 * millivolts((column / width) * seconds, times, isIrregular))))
  for (let column = 1; column < width; column += 1) {
    const [from, to] = [rowAt(column - 1), rowAt(column)].toSorted((a, b) => a - b)
    for (let row = from ?? 0; row <= (to ?? 0); row += 1) data[row * width + column] = 20
  }
  return Buffer.from(encode({ width, height, data, channels: 1, depth: 8 }))
}
