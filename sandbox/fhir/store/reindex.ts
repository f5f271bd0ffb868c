import type { Resource } from '@medplum/fhirtypes'
import { indexShape } from '../search/definitions.ts'
import { addTerms } from './index-rows.ts'
import { indexTerms } from '../search/index-terms.ts'
import { indexTables, noDate } from './schema.ts'
import { keepSetting, setting } from './setting.ts'
import { numberOf, type Statements, textOf } from './statements.ts'
import type { Transactions } from './transactions.ts'

/** Records read at a time: a store may hold more than memory does. */
const portion = 1_000

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
      for (let last = 0; ; ) {
        const rows = statements.all('SELECT r.key, r.patient, b.json FROM record r JOIN body b ON b.key = r.key WHERE r.key > ? ORDER BY r.key LIMIT ?', last, portion)
        for (const row of rows) {
          const resource: Resource = JSON.parse(textOf(row, 'json'))
          const { date, terms } = indexTerms(resource)
          last = numberOf(row, 'key')
          addTerms(statements, { key: last, patient: numberOf(row, 'patient') }, terms)
          statements.run('UPDATE record SET date_low = ?, date_high = ? WHERE key = ?', date?.low ?? noDate, date?.high ?? noDate, last)
        }
        if (rows.length < portion) break
      }
    }
    keepSetting(statements, 'index-shape', shape)
  })
}
