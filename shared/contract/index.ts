import type { z } from 'zod'
import { auditProcedures } from './audit.ts'
import { attachmentProcedures } from './attachments.ts'
import { chartProcedures } from './chart.ts'
import { deskProcedures } from './desk.ts'
import { documentProcedures } from './documents.ts'
import { holdProcedures } from './hold.ts'
import { mainProcedures } from './main.ts'
import { patientsProcedures } from './patients.ts'
import type { Procedure, Transport } from './procedure.ts'
import { vaultProcedures } from './vault.ts'
import { workspaceProcedures } from './workspace.ts'

/** Every procedure there is. What is not in this table cannot be called. */
export const contract = {
  ...mainProcedures,
  ...vaultProcedures,
  ...patientsProcedures,
  ...chartProcedures,
  ...documentProcedures,
  ...attachmentProcedures,
  ...workspaceProcedures,
  ...auditProcedures,
  ...deskProcedures,
  ...holdProcedures,
} as const

export type Contract = typeof contract
export type ProcedureName = keyof Contract
export type InputOf<N extends ProcedureName> = z.infer<Contract[N]['input']>
export type OutputOf<N extends ProcedureName> = z.infer<Contract[N]['output']>

/** The names of the rows that a transport carries. */
export type NamesVia<T extends Transport> = { [N in ProcedureName]: Contract[N] extends Procedure<infer _I, infer _O, T> ? N : never }[ProcedureName]

/** Tells whether a text that came from outside names a row. */
export function isProcedureName(name: string): name is ProcedureName {
  return Object.hasOwn(contract, name)
}

export * from './audit.ts'
export * from './attachments.ts'
export * from './chart.ts'
export * from './desk.ts'
export * from './documents.ts'
export * from './files.ts'
export * from './hold.ts'
export * from './ids.ts'
export * from './main.ts'
export * from './patients.ts'
export * from './printing.ts'
export * from './procedure.ts'
export * from './sections.ts'
export * from './session.ts'
export * from './tabs.ts'
export * from './workspace.ts'
