import type { Station } from './stations.ts'

/** The lines of the table while somebody points at one, or moves among them by keys. */
export interface HeldRows {
  readonly rows: readonly Station[]
  /** Lines that belong here and are not, or are here and belong elsewhere or nowhere. */
  readonly behind: number
}

/**
 * What changes is written into its line; no line comes, goes or moves. `shown` is how they stand, `wanted` how they would. `latest` gives a line as it is now.
 */
export function heldRows(shown: readonly string[], wanted: readonly Station[], latest: ReadonlyMap<string, Station>): HeldRows {
  const rows = shown.flatMap((id) => latest.get(id) ?? [])
  const here = new Set(shown)
  const belong = new Set(wanted.map(({ deviceId }) => deviceId))
  const [staying, due] = [rows.filter(({ deviceId }) => belong.has(deviceId)), wanted.filter(({ deviceId }) => here.has(deviceId))]
  const moved = staying.filter(({ deviceId }, index) => due[index]?.deviceId !== deviceId).length
  return { rows, behind: moved + (rows.length - staying.length) + (wanted.length - due.length) }
}
