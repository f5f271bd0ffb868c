/** The workstations that somebody has chosen. Kept by id: neither a change nor another order loses them. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a range that is drawn out begins. */
  readonly anchor: string | undefined
}

export const nothingChosen: Selection = { ids: new Set(), anchor: undefined }

/** Chooses one more, or not any more. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: id }
}

/** Chooses all from the anchor to a line, as they stand; without an anchor that stands here, the line alone. */
export function extended({ ids, anchor }: Selection, to: string, rows: readonly { readonly deviceId: string }[]): Selection {
  const [from, until] = [rows.findIndex(({ deviceId }) => deviceId === anchor), rows.findIndex(({ deviceId }) => deviceId === to)]
  if (until === -1) return { ids, anchor }
  const start = from === -1 ? until : Math.min(from, until)
  const range = rows.slice(start, Math.max(from, until) + 1)
  return { ids: new Set([...ids, ...range.map(({ deviceId }) => deviceId)]), anchor: from === -1 ? to : anchor }
}

/** Chooses all that are listed beside those that are chosen; where they all are, none of them any more. */
export function withAll({ ids }: Selection, rows: readonly { readonly deviceId: string }[]): Selection {
  const listed = rows.map(({ deviceId }) => deviceId)
  if (listed.length > 0 && listed.every((id) => ids.has(id))) {
    const these = new Set(listed)
    return { ids: new Set([...ids].filter((id) => !these.has(id))), anchor: undefined }
  }
  return { ids: new Set([...ids, ...listed]), anchor: undefined }
}

/** How many are chosen that the filter does not list: an order reaches them all the same. */
export function hiddenCount({ ids }: Selection, rows: readonly { readonly deviceId: string }[]): number {
  if (ids.size === 0) return 0
  let listed = 0
  for (const { deviceId } of rows) if (ids.has(deviceId)) listed += 1
  return ids.size - listed
}
