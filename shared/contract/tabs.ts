import { z } from 'zod'
import { PatientId, TabId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'
import { sections } from './sections.ts'

/** Charts as `main` knows them: which is open, and nothing of what is in it. */
export const tabProcedures = {
  /**
   * Opens a tab: its port, bound to this patient and the session's epoch, arrives before the answer. `ask`: inputs of `chart.section`
   * as the texts in which the page sends them. `main` hands them over unread, and `records` answers them as if they had come through the
   * port: who opens a chart need not wait for the tab to ask for it.
   */
  'tab.open': procedure({
    via: 'main',
    input: z.strictObject({ patient: PatientId, ask: z.array(z.string().max(400)).max(sections.length).optional() }),
    output: z.strictObject({ tab: TabId }),
    needs: 'chart:read',
    during: whileUnlocked,
    audit: { event: 'chart.open', action: 'R', patient: (input) => input.patient, cause: () => 'look' },
  }),
  'tab.close': procedure({
    via: 'main',
    input: z.strictObject({ tab: TabId }),
    output: z.strictObject({}),
    needs: 'anyone',
    during: whileUnlocked,
    audit: 'nothing',
  }),
} as const
