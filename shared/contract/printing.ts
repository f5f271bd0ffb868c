import { z } from 'zod'
import { PatientId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** As the operating system knows it; no longer than any system's names. */
const PrinterName = z.string().min(1).max(512)

/** More are not listed: a hospital's print server may know thousands. */
export const mostPrinters = 500

/** What `main` has printed: it knows of whom, and nothing of what is on the paper. */
export const printProcedures = {
  /** Which printers the operating system knows. `answered`: false where it does not say it in time, and there are none. */
  'audit.printers': procedure({
    via: 'main',
    input: z.strictObject({}),
    output: z.strictObject({ answered: z.boolean(), printers: z.array(z.strictObject({ printer: PrinterName, label: z.string().min(1).max(1_100) })).max(mostPrinters) }),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: 'nothing',
  }),
  /**
   * Prints the account that the page shows, on that printer, without a dialog of the system's: none can be taken away at a lock (ADR 0139). Recorded before.
   * Answers when the system has it. Rejects `not-printed`, and `print-unknown` where nothing says whether it has it; recorded as that.
   */
  'audit.print': procedure({
    via: 'main',
    input: z.strictObject({ patient: PatientId, printer: PrinterName }),
    output: z.strictObject({}),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.print', action: 'R', patient: ({ patient }) => patient, cause: () => 'look' },
  }),
} as const
