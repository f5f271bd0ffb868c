import { z } from 'zod'
import { PatientId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** What `main` has printed: it knows of whom, and nothing of what is on the paper. */
export const printProcedures = {
  /** Prints the account that the page shows, by the system's dialog. Recorded before the dialog opens. */
  'audit.print': procedure({
    via: 'main',
    input: z.strictObject({ patient: PatientId }),
    output: z.strictObject({ printed: z.boolean() }),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.print', action: 'R', patient: ({ patient }) => patient, cause: () => 'look' },
  }),
} as const
