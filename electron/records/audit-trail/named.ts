import type { StaffDirectory } from './staff.ts'
import type { TrailEntry } from './trail.ts'

/** Entries with the names of their users, where the events do not say them and the directory does. */
export async function named(staff: StaffDirectory, entries: readonly TrailEntry[], signal: AbortSignal): Promise<readonly TrailEntry[]> {
  const names = await staff.names(entries.flatMap(({ row }) => (row.user.name === undefined && row.user.reference !== undefined ? [row.user.reference] : [])), signal)
  return entries.map(({ resource, row }) => {
    const name = row.user.name ?? names.get(row.user.reference ?? '')
    return { resource, row: name === undefined ? row : { ...row, user: { ...row.user, name } } }
  })
}
