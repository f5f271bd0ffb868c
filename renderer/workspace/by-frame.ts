/** What the scheduler needs of the page and of the queries. */
export interface FrameParts {
  /** Runs an act when what runs now has ended. */
  soon(act: () => void): void
  /** Runs an act before the next frame is painted. */
  nextFrame(act: () => void): void
  /** Runs an act after so many milliseconds. */
  later(act: () => void, milliseconds: number): void
  /** Whether other answers are still on their way. */
  isExpecting(): boolean
}

/** Frames that an answer may wait for others. */
const mostFrames = 2
/** A window that is covered has no frames: then this long. Milliseconds. */
const withoutFrames = 100

/**
 * Schedules what the queries tell the screen. A chart's sections are answered within a few frames of each other: shown
 * one by one, each costs a rendering and a layout of the page, and what stands below moves each time. So an answer waits
 * for the next frame, and for others that are expected two frames at most.
 */
export function byFrame({ soon, nextFrame, later, isExpecting }: FrameParts): (act: () => void) => void {
  let waiting: (() => void)[] = []
  let turn = 0

  function run(mine: number): void {
    if (mine !== turn) return
    turn += 1
    const acts = waiting
    waiting = []
    for (const act of acts) act()
  }

  function awaitFrame(mine: number, frames: number): void {
    nextFrame(() => {
      if (mine !== turn) return
      if (frames < mostFrames && isExpecting()) awaitFrame(mine, frames + 1)
      else run(mine)
    })
  }

  return (act) => {
    waiting.push(act)
    const mine = turn
    if (!isExpecting()) return soon(() => run(mine))
    if (waiting.length > 1) return
    awaitFrame(mine, 0)
    later(() => run(mine), withoutFrames)
  }
}
