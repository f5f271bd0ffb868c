import { createHmac } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { answeredText, codeOf, digitsOf, grouped, readCode, secretDigitIn } from '../../shared/unlock-codes.ts'
import type { UnlockSecrets } from '../device/unlock-secrets.ts'
import { DeskRefused } from './desk-door.ts'
import { detailOf, type HistoryBook } from './history.ts'
import { atomically } from './schema.ts'
import type { UnlockAnswer, UnlockHelp } from './shapes/index.ts'
import type { UserRef } from './workstations.ts'

export interface UnlockHelpParts {
  readonly database: DatabaseSync
  readonly clock: Clock
  readonly history: HistoryBook
  readonly secrets: Pick<UnlockSecrets, 'named'>
  readonly workstation: (deviceId: string) => { readonly displayName: string } | undefined
  /** The workstations at which a person has signed in. */
  readonly knownTo: (sub: string) => readonly string[]
  readonly person: (sub: string) => (UserRef & { readonly isDisabled: boolean }) | undefined
  /** Files it in the EHR's audit trail too. Throws where it cannot: then nothing is answered. */
  readonly audit: (step: { readonly id: string; readonly by: string; readonly step: string; readonly reason: string; readonly identifiedBy: string; readonly identification: string }) => void
}

/** Answers a challenge for somebody of the desk. Throws `DeskRefused`. */
export type AnswerChallenge = (help: UnlockHelp, by: string) => UnlockAnswer

const hourMs = 3_600_000
/** As many challenges of one workstation are answered in an hour, and no more: a rate limit on a rate limit. */
const mostAnswersAnHour = 5

/**
 * What the desk answers a lock screen that has no tries left (ADR 0114). It limits how often a PIN is guessed, and proves nobody's identity: that is
 * the desk's to find out, and is written down. Every answer, and every refusal that tells of a mistake about people, stands in the history.
 */
export function openUnlockHelp({ database, clock, history, secrets, workstation, knownTo, person, audit }: UnlockHelpParts): AnswerChallenge {
  const insert = database.prepare('INSERT INTO lockout_unlock_help (at, device_id, sub, by_sub, identified_by, identification, reason) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const count = database.prepare('SELECT count(*) AS answers FROM lockout_unlock_help WHERE device_id = ? AND at > ?')

  return ({ deviceId, user, challenge, identifiedBy, identification, reason }, by) => {
    const station = workstation(deviceId)
    if (station === undefined) throw new DeskRefused(404, 'no-such-workstation')
    const who = person(user)
    if (who === undefined) throw new DeskRefused(404, 'no-such-user')
    const refuse = (status: DeskRefused['status'], error: string): never => {
      history.note({ what: 'unlock-help.refused', deviceId, user, by, detail: error })
      throw new DeskRefused(status, error)
    }
    const code = readCode(challenge)
    if (code === undefined) throw new DeskRefused(422, 'challenge-misread')
    if (user === by) return refuse(409, 'not-oneself')
    if (who.isDisabled) return refuse(409, 'user-disabled')
    if (!knownTo(user).includes(deviceId)) return refuse(409, 'user-never-there')
    const secret = secrets.named(deviceId, secretDigitIn(code))
    if (secret === undefined) return refuse(409, 'no-secret')

    const at = clock.now()
    const { answers } = z.object({ answers: z.number() }).parse(count.get(deviceId, at - hourMs))
    if (answers >= mostAnswersAnHour) return refuse(429, 'too-many-answers')
    // Before anything is told.
    atomically(database, () => {
      insert.run(at, deviceId, user, by, identifiedBy, identification, reason)
      history.note({ what: 'unlock-help.answered', deviceId, user, by, detail: detailOf(reason, { identifiedBy, identification }) })
      audit({ id: deviceId, by, step: 'unlock-help.answered', reason, identifiedBy, identification })
    })
    const digest = createHmac('sha256', secret).update(answeredText({ deviceId, user, challenge: code })).digest()
    const { sub, name, role } = who
    return { response: grouped(codeOf(digitsOf(digest))), workstation: { deviceId, displayName: station.displayName }, user: { sub, name, role }, at: new Date(at).toISOString() }
  }
}
