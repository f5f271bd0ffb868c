import { z } from 'zod'
import { FileCall } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** Names a file that the person has chosen, for one use: `main` tells `records` alone which file it is. */
export const Grant = z.uuid()

/** The operating system's dialog for a file: `main` opens it. */
export const fileProcedures = {
  /** Asks the person for a file, in the operating system's own dialog. No grant: they chose none. */
  'file.choose': procedure({
    via: 'main',
    input: z.strictObject({ call: FileCall }),
    output: z.strictObject({ grant: Grant.optional() }),
    needs: 'note:draft',
    during: whileUnlocked,
    audit: { event: 'file.choose', action: 'E', patient: () => undefined, cause: () => 'look' },
  }),
  /** The file that was asked for by that call, to attach or to export, is not wanted any more: its dialog goes, or does not come. Another's stays. */
  'file.leave': procedure({ via: 'main', input: z.strictObject({ call: FileCall }), output: z.strictObject({}), needs: 'anyone', during: whileUnlocked, audit: 'nothing' }),
} as const
