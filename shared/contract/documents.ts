import { z } from 'zod'
import { PatientId, ResourceId } from './ids.ts'
import { Freshness } from './patients.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** A document's file, ready to be read part by part. */
export const OpenDocument = z.strictObject({
  /** Names it while it is open: random, good for one chart. */
  file: z.uuid(),
  /** By its bytes, which were held against what the document says of them. */
  kind: z.enum(['pdf', 'image', 'text']),
  contentType: z.string().max(100),
  bytes: z.number().int().nonnegative(),
  /** Bytes of every part but the last. */
  partBytes: z.number().int().positive(),
  freshness: Freshness,
})
export type OpenDocument = z.infer<typeof OpenDocument>

const reading = { via: 'tab', needs: 'section:notes', during: whileUnlocked } as const

export const documentProcedures = {
  /** Fetches the file of a document, or confirms the kept one; offline it gives the kept one with its age. Which document is for the EHR’s auditors alone. */
  'document.open': procedure({
    ...reading,
    input: z.strictObject({ patient: PatientId, document: ResourceId }),
    output: OpenDocument,
    audit: { event: 'document.open', action: 'R', patient: (input) => input.patient, cause: () => 'look', detail: (input) => `DocumentReference/${input.document}` },
  }),
  /** Bytes of an open file, as base64. */
  'document.part': procedure({
    ...reading,
    input: z.strictObject({ patient: PatientId, file: z.uuid(), part: z.number().int().nonnegative().max(1_000) }),
    output: z.strictObject({ data: z.string() }),
    audit: { event: 'document.part', action: 'R', patient: (input) => input.patient, cause: () => 'refresh' },
  }),
  /** The page has done with it: it has all of it, or wants no more. */
  'document.close': procedure({
    ...reading,
    input: z.strictObject({ patient: PatientId, file: z.uuid() }),
    output: z.strictObject({}),
    // It gives nothing.
    whileHeld: 'too',
    audit: { event: 'document.close', action: 'E', patient: (input) => input.patient, cause: () => 'refresh' },
  }),
} as const
