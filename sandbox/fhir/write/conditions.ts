import { mayUse } from '../access/access.ts'
import type { Context } from '../context.ts'
import { refuse } from '../outcomes.ts'
import { roleRefusal } from '../read/reads.ts'
import type { StoredRecord } from '../store/record-row.ts'
import { findMatches } from '../search/search.ts'
import type { Pair } from '../search/search-plan.ts'

/**
 * The one record that a condition names (FHIR R4 §3.1.0.4.3): a condition decides whether something is written, so that a parameter
 * that is not known, or a condition that names nothing, is refused rather than left out.
 * @returns undefined where none is found.
 * @throws 400 for such a condition, 403 where the caller may not search, 412 where more than one is found.
 */
export function theOne(context: Context, type: string, pairs: readonly Pair[]): StoredRecord | undefined {
  if (!mayUse(context.caller, type, 's')) throw roleRefusal()
  const [record, another] = findMatches(context, type, pairs, 2)
  if (another !== undefined) throw refuse('precondition-failed', 'The condition names more than one record.')
  return record
}
