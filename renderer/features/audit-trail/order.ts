import { type AuditColumn, auditKinds, auditOutcomes, type AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What of a row a column sorts by; undefined where the row has none. */
function keyOf(row: AuditRow, by: AuditColumn): number | string | undefined {
  switch (by) {
    case 'at':
      return row.at
    case 'user':
      return row.user.name ?? row.user.reference
    case 'kind':
      return row.kind === 'other' ? (row.words ?? '') : auditKinds.indexOf(row.kind)
    case 'outcome':
      return row.outcome === undefined ? undefined : auditOutcomes.indexOf(row.outcome)
    case 'patient':
    case 'record':
    case 'source':
      return row[by]
  }
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return words.compare(a, b)
  return typeof a === 'number' ? -1 : 1
}

/** Rows in another order; those without a value stand last either way round, and among equals the newest is first. */
export function inOrder(rows: readonly AuditRow[], { by, descending }: AuditSort): readonly AuditRow[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row, by) }))
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined) || newest(a.row, b.row)
    return compare(a.key, b.key) * (descending ? -1 : 1) || newest(a.row, b.row)
  })
  return keyed.map(({ row }) => row)
}

function newest(a: AuditRow, b: AuditRow): number {
  return (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY) || 0
}
