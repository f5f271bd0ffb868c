import { z } from 'zod'
import { holdReasons } from '../alerts.ts'
import { PatientId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** Longer than any reason has to be. UTF-16 units. */
const longestReason = 500

const Answer = z
  .strictObject({
    patient: PatientId,
    reason: z.enum(holdReasons),
    /** In the person's own words; needed where none of the reasons fits. */
    text: z.string().max(longestReason),
  })
  .refine(({ reason, text }) => reason !== 'other' || text.trim() !== '', { path: ['text'] })

export const holdProcedures = {
  /** Says why this chart is needed, which opens it. The text is for those who review it, and leaves `records` sealed to them. */
  'hold.answer': procedure({
    via: 'tab',
    input: Answer,
    output: z.strictObject({}),
    needs: 'chart:read',
    during: whileUnlocked,
    whileHeld: 'only',
    audit: {
      event: 'hold.answered',
      action: 'E',
      patient: (input) => input.patient,
      cause: () => 'look',
      detail: ({ text }) => (text.trim() === '' ? undefined : text.trim()),
      holdReason: ({ reason }) => reason,
    },
  }),
} as const
