import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { openDatabase } from '../database.ts'
import { canonical } from './accounts.ts'
import { openSecondFactors } from './second-factors.ts'

/** What to type, and for how long it is new, in words; of a state folder whose sandbox may be running. */
export async function nextCodeIn(folder: string, username: string, clock: Clock): Promise<string> {
  const file = join(folder, 'auth.db')
  if (!existsSync(file)) throw new Error('There is no sandbox in that folder.')
  const database = openDatabase(file)
  try {
    const next = openSecondFactors(database, clock).next(canonical(username))
    if (next === undefined) throw new Error('This demo user has no authenticator app, and needs no code.')
    return next.code === undefined ? `The codes of this half minute are used up. The next one comes in ${next.secondsLeft} s.` : `${next.code.slice(0, 3)} ${next.code.slice(3)}`
  } finally {
    database.close()
  }
}
