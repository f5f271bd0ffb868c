import type { ReactNode } from 'react'

interface ListingProps<Line> {
  /** Undefined: nothing has come. */
  readonly lines: readonly Line[] | undefined
  /** Said while nothing has come. */
  readonly loading: string
  /** Why nothing came, and how to try again; undefined while it may still come. */
  readonly failed: ReactNode
  /** How many there are, that there are none, or that this is not all. */
  readonly standing: ReactNode
  /** From when they are, where they could not be read again; nothing where all is well. */
  readonly stale: ReactNode
  /** The list itself: there is at least one line. */
  readonly children: (lines: readonly Line[]) => ReactNode
}

/** A list in whichever of its states it is. One that has not come, or could not be read, never looks like one with nothing in it. */
export function Listing<Line>({ lines, loading, failed, standing, stale, children }: ListingProps<Line>) {
  if (lines === undefined) return failed ?? <output aria-busy="true">{loading}</output>
  return (
    <>
      {standing}
      {stale}
      {lines.length === 0 ? null : children(lines)}
    </>
  )
}
