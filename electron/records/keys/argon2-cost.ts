import { hashRaw } from '@node-rs/argon2'
import type { Argon2Cost } from './key-file.ts'

/** 64 MiB, three passes, one lane: what RFC 9106 §4 recommends where memory is scarce, with one lane. Never less. */
export const leastCost: Argon2Cost = { memory: 65_536, passes: 3, lanes: 1 }

/** What a guess must take on the machine that sets the PIN, in ms; and what is aimed at, for no two runs take the same. */
const leastMs = 250
const aimMs = 280
const mostPasses = 16
const mostMemory = 1_048_576
const mostRounds = 4

/** More work by this factor, at most what a key file may ask: passes first, then memory. */
function dearer(cost: Argon2Cost, factor: number): Argon2Cost {
  const work = cost.passes * cost.memory * factor
  const passes = Math.min(mostPasses, Math.max(cost.passes, Math.ceil(work / cost.memory)))
  // Argon2 takes memory in blocks of 1 KiB, four for each lane.
  const memory = Math.min(mostMemory, Math.max(cost.memory, Math.ceil(work / passes / 4) * 4))
  return { ...cost, passes, memory }
}

/**
 * The cost at which a guess takes 250 ms or more. `run` does the work once and gives the milliseconds it took. A machine that is busy elsewhere looks slow, which would make
 * guesses cheap: each cost is run twice, and the quicker run counts.
 */
export async function calibrate(run: (cost: Argon2Cost) => Promise<number>): Promise<Argon2Cost> {
  let cost = leastCost
  for (let round = 0; round < mostRounds; round += 1) {
    const took = Math.max(1, Math.min(await run(cost), await run(cost)))
    if (took >= leastMs) return cost
    const next = dearer(cost, aimMs / took)
    if (next.passes === cost.passes && next.memory === cost.memory) return cost
    cost = next
  }
  return cost
}

/** Measures this machine, anew for each PIN: about a second. */
export function costOfThisMachine(): Promise<Argon2Cost> {
  return calibrate(async (cost) => {
    const start = performance.now()
    await hashRaw(Buffer.alloc(16), { memoryCost: cost.memory, timeCost: cost.passes, parallelism: cost.lanes, outputLen: 32, salt: Buffer.alloc(16) })
    return performance.now() - start
  })
}
