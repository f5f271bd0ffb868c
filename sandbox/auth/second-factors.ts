import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { codeOfStep, makeSecret, stepAt, stepMs, stepOf } from './totp.ts'

/** The authenticator apps of those who have one. */
export interface SecondFactors {
  /** The secret of a person's app, made when they have none yet. */
  enrol(username: string): string
  /** Whether a code is right, and was not used before, nor one after it. It is used up by that, over a restart too. */
  use(username: string, code: string): boolean
  /** A code that will be taken, and when the next one comes; `code` is undefined where all that count now are used up. */
  next(username: string): { code: string | undefined; secondsLeft: number } | undefined
}

const Row = z.object({ secret: z.string(), used: z.number() }).optional()

/** Opens the table of secrets. In clear: the folder is its owner's alone, and so are the demo passwords beside it. */
export function openSecondFactors(database: DatabaseSync, clock: Clock): SecondFactors {
  database.exec('CREATE TABLE IF NOT EXISTS second_factor (username TEXT PRIMARY KEY, secret TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT')
  const select = database.prepare('SELECT secret, used FROM second_factor WHERE username = ?')
  const insert = database.prepare('INSERT INTO second_factor (username, secret) VALUES (?, ?)')
  // One statement: of two who send the same code at once, one is let in.
  const burn = database.prepare('UPDATE second_factor SET used = ? WHERE username = ? AND used < ?')
  const rowOf = (username: string) => Row.parse(select.get(username))

  return {
    enrol(username) {
      const kept = rowOf(username)?.secret
      if (kept !== undefined) return kept
      const secret = makeSecret()
      insert.run(username, secret)
      return secret
    },
    use(username, code) {
      const row = rowOf(username)
      const step = row && stepOf(code, row.secret, clock.now())
      return step !== undefined && burn.run(step, username, step).changes === 1
    },
    next(username) {
      const row = rowOf(username)
      if (row === undefined) return undefined
      const now = clock.now()
      const step = Math.max(stepAt(now), row.used + 1)
      const secondsLeft = Math.ceil((stepMs - (now % stepMs)) / 1000)
      return { code: step > stepAt(now) + 1 ? undefined : codeOfStep(row.secret, step), secondsLeft }
    },
  }
}
