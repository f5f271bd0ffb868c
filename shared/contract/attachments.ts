import { z } from 'zod'
import { failureKinds } from '../errors.ts'
import { OpenDocument } from './documents.ts'
import { Grant } from './files.ts'
import { PatientId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** Where a file is on its way into the record. */
export const Upload = z.discriminatedUnion('state', [
  /** Here alone: nobody has asked for it to be sent. */
  z.strictObject({ state: z.literal('kept') }),
  /** It goes as soon as the EHR is reached. */
  z.strictObject({ state: z.literal('waiting') }),
  /** `share` of it has left, from 0 to 1. */
  z.strictObject({ state: z.literal('sending'), share: z.number().min(0).max(1) }),
  /** It was sent and no answer was heard: whether it is in the record is asked as soon as the EHR is reached. */
  z.strictObject({ state: z.literal('unconfirmed') }),
  z.strictObject({ state: z.literal('refused'), failure: z.enum(failureKinds) }),
  /** In the record, since `at`: epoch milliseconds. */
  z.strictObject({ state: z.literal('sent'), at: z.number() }),
])
export type Upload = z.infer<typeof Upload>

/** A file that is attached to a note. */
export const Attachment = z.strictObject({
  id: z.uuid(),
  /** As the file was called: it may say whom it is about. */
  name: z.string().max(255),
  /** How it can be shown here, by its bytes; `other`: it cannot. */
  kind: z.enum(['pdf', 'image', 'text', 'other']),
  /** Of the bytes. */
  contentType: z.string().max(100),
  bytes: z.number().int().nonnegative(),
  /** Epoch milliseconds. */
  addedAt: z.number(),
  upload: Upload,
})
export type Attachment = z.infer<typeof Attachment>

/** How far a file is sealed. */
const Progress = z.strictObject({ attachment: z.uuid(), done: z.number().int().nonnegative(), bytes: z.number().int().nonnegative() })

const writing = { via: 'tab', needs: 'note:draft', during: whileUnlocked } as const
const one = z.strictObject({ patient: PatientId, attachment: z.uuid() })

export const attachmentProcedures = {
  /** What is attached to the note of this patient. What was not finished when the workstation stopped is gone. */
  'attachment.list': procedure({
    ...writing,
    input: z.strictObject({ patient: PatientId }),
    output: z.strictObject({ attachments: z.array(Attachment) }),
    audit: { event: 'attachment.list', action: 'R', patient: (input) => input.patient, cause: () => 'look' },
  }),
  /** Begins to seal a chosen file. Nothing of it is there before all of it is. */
  'attachment.add': procedure({
    ...writing,
    input: z.strictObject({ patient: PatientId, grant: Grant }),
    output: Progress,
    audit: { event: 'attachment.add', action: 'C', patient: (input) => input.patient, cause: () => 'look' },
  }),
  /** Seals the next part; on disk when it answers. With the last one the file is attached. */
  'attachment.step': procedure({ ...writing, input: one, output: Progress, audit: { event: 'attachment.step', action: 'C', patient: (input) => input.patient, cause: () => 'refresh' } }),
  /** Sends it into the record of this patient, as a document of its own: once, however often it is asked. Answers when that is sealed and on disk. */
  'attachment.send': procedure({
    ...writing,
    needs: 'file:send',
    input: one,
    output: z.strictObject({ upload: Upload }),
    audit: { event: 'attachment.send', action: 'C', patient: (input) => input.patient, cause: () => 'look' },
  }),
  /** Takes back one that waits or was refused. `conflict`: it may be in the record by now. */
  'attachment.unsend': procedure({
    ...writing,
    needs: 'file:send',
    input: one,
    output: z.strictObject({ upload: Upload }),
    audit: { event: 'attachment.unsend', action: 'U', patient: (input) => input.patient, cause: () => 'look' },
  }),
  /** Also one that is still being sealed; `conflict`: it is on its way into the record. */
  'attachment.remove': procedure({ ...writing, input: one, output: z.strictObject({}), audit: { event: 'attachment.remove', action: 'D', patient: (input) => input.patient, cause: () => 'look' } }),
  /** Its parts are read by `document.part`. */
  'attachment.open': procedure({ ...writing, input: one, output: OpenDocument, audit: { event: 'attachment.open', action: 'R', patient: (input) => input.patient, cause: () => 'look' } }),
} as const
