import { describe, expect, it } from 'vitest'
import { auditColumns } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { inOrder } from './order.ts'

const row = (id: string, more: Partial<AuditRow> = {}): AuditRow => ({ id, kind: 'read', user: {}, purposes: [], details: [], ...more })
const ids = (rows: readonly AuditRow[]) => rows.map(({ id }) => id).join('')

describe('entries that are sorted here', () => {
  it('by name go by letters, not by their codes: Ärzte beside Arnold, ward 2 before ward 10', () => {
    const rows = [row('c', { user: { name: 'Ärzte' } }), row('a', { user: { name: 'Arnold' } }), row('z', { user: { name: 'zimmer' } }), row('b', { user: { name: 'Aziz' } })]
    expect(ids(inOrder(rows, { by: 'user', descending: false }))).toBe('acbz')
    expect(ids(inOrder([row('x', { source: 'Ward 10' }), row('y', { source: 'Ward 2' })], { by: 'source', descending: false }))).toBe('yx')
  })

  it('have those without a value last, whichever way round', () => {
    const rows = [row('n'), row('1', { at: 1 }), row('2', { at: 2 })]
    expect(ids(inOrder(rows, { by: 'at', descending: true }))).toBe('21n')
    expect(ids(inOrder(rows, { by: 'at', descending: false }))).toBe('12n')
  })

  it('show the newest first among equals', () => {
    const rows = [row('1', { at: 1, outcome: 'success' }), row('3', { at: 3, outcome: 'success' }), row('2', { at: 2, outcome: 'major-failure' })]
    expect(ids(inOrder(rows, { by: 'outcome', descending: false }))).toBe('312')
    expect(ids(inOrder(rows, { by: 'outcome', descending: true }))).toBe('231')
  })

  it.each(auditColumns)('by %s are the same entries, and the ones that came are left as they were', (by) => {
    const rows = [row('b', { at: 2, kind: 'other', words: 'x' }), row('a', { at: 1 })]
    expect([...inOrder(rows, { by, descending: true })].map(({ id }) => id).sort()).toEqual(['a', 'b'])
    expect(ids(rows)).toBe('ba')
  })
})
