import type { Resource } from '@medplum/fhirtypes'
import { indexShape } from './definitions.ts'
import { addTerms } from './index-rows.ts'
import { indexTerms } from './index-terms.ts'
import { indexTables, noDate } from './schema.ts'
import { keepSetting, setting } from './setting.ts'
import { numberOf, type Statements, textOf } from './statements.ts'
import type { Transactions } from './transactions.ts'

/**
 * Fills the index of a store anew where it was filled under another one: a parameter was added, or a date chosen. A new store is
 * only marked. Reads every record once.
 */
export function indexAgainWhereNeeded(statements: Statements, { atomically }: Transactions): void {
  const shape = indexShape()
  const kept = setting(statements, 'index-shape')
  if (kept === shape) return
  atomically(() => {
    if (kept !== undefined) {
      for (const table of indexTables) statements.run(`DELETE FROM ${table}`)
      for (const row of statements.all('SELECT r.key, r.patient, b.json FROM record r JOIN body b ON b.key = r.key')) {
        const resource: Resource = JSON.parse(textOf(row, 'json'))
        const { date, terms } = indexTerms(resource)
        const key = numberOf(row, 'key')
        addTerms(statements, { key, patient: numberOf(row, 'patient') }, terms)
        statements.run('UPDATE record SET date_low = ?, date_high = ? WHERE key = ?', date?.low ?? noDate, date?.high ?? noDate, key)
      }
    }
    keepSetting(statements, 'index-shape', shape)
  })
}
