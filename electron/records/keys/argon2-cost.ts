import { hashRaw } from '@node-rs/argon2'
import type { Argon2Cost } from './key-file.ts'

/** 64 MiB, three passes, one lane: what RFC 9106 §4 recommends where memory is scarce, with one lane. Never less. */
export const leastCost: Argon2Cost = { memory: 65_536, passes: 3, lanes: 1 }

/** What a guess must take on the machine that sets the PIN, in ms. */
const leastMs = 280
const mostPasses = 16

/** The passes that make a guess take 250 ms or more, from how long the least cost takes, in ms. */
export function costFor(leastCostMs: number): Argon2Cost {
  const passes = Math.ceil((leastCost.passes * leastMs) / Math.max(1, leastCostMs))
  return { ...leastCost, passes: Math.min(mostPasses, Math.max(leastCost.passes, passes)) }
}

/** Measures this machine once. */
export async function costOfThisMachine(): Promise<Argon2Cost> {
  const start = performance.now()
  await hashRaw(Buffer.alloc(16), { memoryCost: leastCost.memory, timeCost: leastCost.passes, parallelism: leastCost.lanes, outputLen: 32, salt: Buffer.alloc(16) })
  return costFor(performance.now() - start)
}
