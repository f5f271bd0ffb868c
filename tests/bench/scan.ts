import { displayed, hitsOf, rehearse } from '../security/memory/rehearsal.ts'
import { word } from '../security/memory/needles.ts'
import { needlesOf } from '../security/memory/scan.ts'
import type { Figure } from './figures.ts'

/** Locks that are looked at. */
const locks = 20
const secrets = ['data key', 'PIN', 'access token'] as const

/** Of so many locks, those after which nothing was found that was displayed, and no secret; each time the unlocked scan had found them. */
async function cleanLocks(): Promise<number> {
  let clean = 0
  await rehearse(async ({ scan, lock, unlock, pinWasSeen }) => {
    if (!pinWasSeen) throw new Error('the PIN was not found in records while it worked on it')
    for (let each = 0; each < locks; each += 1) {
      if (each > 0) await unlock()
      const before = scan()
      // A scan that finds nothing is worth what it finds while there is something.
      for (const name of [...displayed, 'data key', 'access token']) if (hitsOf(before, name) === 0) throw new Error(`unlocked, the scan did not find the ${name}`)
      await lock()
      if (hitsOf(scan(), ...displayed, ...secrets) === 0) clean += 1
    }
  })
  return clean
}

/** Copies of a typed word that are left after a lock, wherever they are. */
async function typedLeft(restart: boolean): Promise<number> {
  const typed = word(14)
  return rehearse(
    async ({ scan, write, lock }) => {
      await write(typed)
      if (hitsOf(scan(needlesOf('typed', typed)), 'typed') === 0) throw new Error('unlocked, the scan did not find what was typed')
      await lock()
      return hitsOf(scan(needlesOf('typed', typed)), 'typed')
    },
    { restart },
  )
}

/** The memory scan of `tests/security/memory`, as often as the bar asks. */
export async function benchScan(): Promise<readonly Figure[]> {
  const clean = await cleanLocks()
  const [typed, afterRestart] = [await typedLeft(false), await typedLeft(true)]
  return [
    { figure: 'memory scan 1 s after the lock: locks that left nothing', value: clean, unit: `of ${locks}`, bar: `${locks} of ${locks}`, pass: clean === locks },
    { figure: '  copies of typed text left', value: typed, unit: 'hits', bar: 'stated', pass: true },
    { figure: '  the same with lock.restart', value: afterRestart, unit: 'hits', bar: '0 hits', pass: afterRestart === 0 },
  ]
}
