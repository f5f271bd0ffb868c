import { z } from 'zod'
import { identifications } from '../../../shared/desk/words.ts'
import { DeviceId } from '../../device/registrations.ts'
import { Moment, Reason, Sub, UserRef } from './words.ts'

/** What a lock screen without tries shows, read out by who stands before it (ADR 0114). */
export const UnlockHelp = z.strictObject({
  deviceId: DeviceId,
  /** Whose PIN has no tries left. */
  user: Sub,
  /** As it was read out: ten characters, grouped in whatever way. */
  challenge: z.string().min(1).max(40),
  /** How whoever called was identified, and by what. */
  identifiedBy: z.enum(identifications),
  identification: Reason,
  reason: Reason,
})
export type UnlockHelp = z.infer<typeof UnlockHelp>

export const UnlockAnswer = z.strictObject({
  /** To be read out: it gives new tries of the PIN, once, within ten minutes of when the challenge was shown. */
  response: z.string(),
  workstation: z.strictObject({ deviceId: DeviceId, displayName: z.string() }),
  user: UserRef,
  at: Moment,
})
export type UnlockAnswer = z.infer<typeof UnlockAnswer>
