import type { Disclosure } from '../../../shared/audit-trail/disclosure.ts'
import { csvBegin, csvLine } from './csv.ts'

const columns: readonly (readonly [name: string, cell: (entry: Disclosure) => string | undefined])[] = [
  ['disclosed', ({ at }) => (at === undefined ? undefined : new Date(at).toISOString())],
  ['recipient', ({ recipient }) => recipient.name],
  ['recipient_address', ({ recipient }) => recipient.address],
  ['what', ({ what }) => what.join('; ')],
  ['purpose', ({ purposes, reason }) => [...purposes, ...(reason === undefined ? [] : [reason])].join('; ')],
  ['accounting', ({ group }) => group],
  ['user_id', ({ user }) => user.reference],
  ['user_name', ({ user }) => user.name],
  ['entry_id', ({ id }) => id],
]

/** An account of disclosures as CSV: what 164.528(b)(2) asks for, a line each. */
export function disclosuresCsv(entries: readonly Disclosure[]): string {
  return csvBegin + csvLine(columns.map(([name]) => name)) + entries.map((entry) => csvLine(columns.map(([, cell]) => cell(entry) ?? ''))).join('')
}
