import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The environment variable by which the descendants of one command are known to each other. */
export const familyMark = 'CHARTKEEP_FAMILY'

/** A process that has ended and waits for its parent to notice has no environment to read: it is not counted. */
function bears(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${familyMark}=${mark}`)
  } catch {
    // What we may not read belongs to others, or is a renderer, which ends with its browser.
    return false
  }
}

/** The processes that bear a mark, this one excepted. Only Linux tells: elsewhere none. */
export function bearersOf(mark: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && bears(name, mark))
    .map(Number)
}

/** Kills the bearers of a mark. They may start others while we look: it looks again until nobody is left. */
export async function sweep(mark: string): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const left = bearersOf(mark)
    if (left.length === 0) return
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await delay(25)
  }
}
