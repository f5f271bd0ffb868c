import { z } from 'zod'
import { PatientId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** What comes back after an unlock: which charts were open, which one was in front, and where it was read. */
export const Place = z.strictObject({
  tabs: z.array(z.strictObject({ patient: PatientId, view: z.string().max(40), scroll: z.number().nonnegative() })).max(12),
  /** Index into `tabs`; absent when the patient list was in front. */
  front: z.number().int().nonnegative().optional(),
})
export type Place = z.infer<typeof Place>

/** A note that is being written. Kept sealed; nothing is sent until it is signed. */
export const Draft = z.strictObject({
  text: z.string().max(100_000),
  /** Caret position in UTF-16 units. */
  caret: z.number().int().nonnegative(),
  /** When it was last typed into, in epoch milliseconds. */
  typedAt: z.number(),
})
export type Draft = z.infer<typeof Draft>

/** Also while the flush of a lock runs: the machine is `locked` by then, the port is still open. */
const duringFlush = [...whileUnlocked, 'locked'] as const

export const workspaceProcedures = {
  /** Tells whose charts were open: that alone is about patients. */
  'place.recall': procedure({
    via: 'workspace',
    input: z.strictObject({}),
    output: z.strictObject({ place: Place.optional() }),
    needs: 'patient:search',
    during: whileUnlocked,
    audit: { event: 'place.recall', action: 'R', patient: () => undefined, cause: () => 'refresh' },
  }),
  /** Gives nothing, and is called at every scroll; what it keeps is ids of charts whose opening is recorded. */
  'place.keep': procedure({ via: 'workspace', input: z.strictObject({ place: Place }), output: z.strictObject({}), needs: 'patient:search', during: duringFlush, audit: 'nothing' }),
  'draft.read': procedure({
    via: 'tab',
    input: z.strictObject({ patient: PatientId }),
    output: z.strictObject({ draft: Draft.optional() }),
    needs: 'note:draft',
    during: whileUnlocked,
    audit: { event: 'draft.read', action: 'R', patient: (input) => input.patient, cause: () => 'look' },
  }),
  /** Answers when the draft is sealed and on disk. An empty text discards it. */
  'draft.save': procedure({
    via: 'tab',
    input: z.strictObject({ patient: PatientId, draft: Draft }),
    output: z.strictObject({}),
    needs: 'note:draft',
    during: duringFlush,
    // What was typed before the hold is not lost by it.
    whileHeld: 'too',
    audit: { event: 'draft.save', action: 'U', patient: (input) => input.patient, cause: () => 'refresh' },
  }),
} as const
