import { z } from 'zod'
import { FhirResource } from './fhir.ts'
import { PatientId } from './ids.ts'
import { Freshness } from './patients.ts'
import { procedure, whileUnlocked } from './procedure.ts'
import { sections } from './sections.ts'

export const Section = z.strictObject({
  resources: z.array(FhirResource),
  freshness: Freshness,
  /** Passed to `chart.section` it gives the next part; absent when this is all there is. */
  next: z.string().max(200).optional(),
  /** How many the EHR says there are, where it says so: a claim, not a count. */
  total: z.number().int().nonnegative().optional(),
  /** Resources that were left out, counted by reason: shown, never silent. */
  refused: z.strictObject({ wrongPatient: z.number().int(), malformed: z.number().int() }),
  /**
   * What is not listed may exist all the same. `left-out`: the EHR says that it left something out. `unordered`: it does not sort, so
   * that the newest may be in a part that was not read yet.
   */
  partial: z.enum(['left-out', 'unordered']).optional(),
})
export type Section = z.infer<typeof Section>

const Cause = z.enum(['look', 'refresh'])

export const chartProcedures = {
  /** One section of the chart. `kept`: from the sealed cache at once, where it has it; else from the EHR, revalidated. */
  'chart.section': procedure({
    via: 'tab',
    input: z.strictObject({
      patient: PatientId,
      section: z.enum(sections),
      cause: Cause,
      want: z.enum(['kept', 'current']),
      next: z.string().max(200).optional(),
    }),
    output: Section,
    needs: 'chart:read',
    during: whileUnlocked,
    audit: { event: 'chart.section', action: 'R', patient: (input) => input.patient, cause: (input) => input.cause },
  }),
} as const
