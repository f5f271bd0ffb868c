import { fileProcedures } from './files.ts'
import { printProcedures } from './printing.ts'
import { sessionProcedures } from './session.ts'
import { tabProcedures } from './tabs.ts'

/** The rows that `main` answers, apart from the others: it waits for no schema of anything that only `records` can read. */
export const mainProcedures = { ...sessionProcedures, ...tabProcedures, ...fileProcedures, ...printProcedures } as const
