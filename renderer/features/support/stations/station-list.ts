import type { ShownFailure } from '../../../bridge/index.ts'
import { heldRows } from './held-rows.ts'
import { arranged, firstStationQuestion, rearranged, type StationQuestion } from './station-question.ts'
import type { Station, StationBook } from './stations.ts'

/** The list of workstations as the screen has it. */
export interface StationList {
  /**
   * `loading`: nothing has come. `failed`: and nothing will before somebody tries again. `part`: some of it has come. `live`: whole, and told of each change.
   * `lost`: whole or in part, but no more told of changes. `anew`: whole, but as it was before; it is being read again.
   */
  readonly standing: 'loading' | 'failed' | 'part' | 'live' | 'lost' | 'anew'
  readonly book: StationBook
  /** How many there are by the server's count. */
  readonly total: number
  /** Whether all of it has come at least once. */
  readonly isWhole: boolean
  /** When the server last told of what stands here, in epoch milliseconds. */
  readonly heardAt: number
  readonly failure: ShownFailure | undefined
  readonly question: StationQuestion
  /** The lines that are asked for, in their order. */
  readonly wanted: readonly Station[]
  /** The lines that stand in the table: others, or in another order, while somebody points at one. */
  readonly shown: readonly Station[]
  /** How many lines of the table stand where they would not. */
  readonly behind: number
  /** Somebody points into the table, or moves in it by keys. */
  readonly isHeld: boolean
}

export type StationEvent =
  | { readonly type: 'part' | 'whole'; readonly book: StationBook; readonly total: number; readonly at: number }
  | { readonly type: 'changed'; readonly book: StationBook; readonly changed: readonly Station[]; readonly at: number }
  /** What is here is of another count, and is about to be read again. */
  | { readonly type: 'anew' }
  | { readonly type: 'lost'; readonly failure: ShownFailure }
  | { readonly type: 'again' }
  | { readonly type: 'ask'; readonly question: StationQuestion }
  | { readonly type: 'hold'; readonly isHeld: boolean }
  | { readonly type: 'settle' }

export const noStations: StationList = {
  standing: 'loading', book: { byId: new Map(), revision: 0 }, total: 0, isWhole: false, heardAt: 0, failure: undefined, question: firstStationQuestion, wanted: [], shown: [], behind: 0, isHeld: false,
}

/** The list after an event. Pure: what comes from the server and what a person does meet here and nowhere else. */
export function nextStations(list: StationList, event: StationEvent): StationList {
  switch (event.type) {
    case 'part':
      // Lines that stood here do not go because they have not come again yet.
      if (list.isWhole) return { ...list, standing: 'anew', failure: undefined }
      if (list.book.byId.size > event.book.byId.size) return { ...list, standing: 'part', total: event.total, failure: undefined }
      return read(list, event, 'part')
    case 'whole':
      return read({ ...list, isWhole: true }, event, 'live')
    case 'changed': {
      const { book, changed, at } = event
      const next = { ...list, standing: 'live', book, total: book.byId.size, heardAt: at, failure: undefined } as const
      return changed.length === 0 ? next : rowsOf(next, rearranged(list.wanted, changed, list.question))
    }
    case 'anew':
      return { ...list, standing: 'anew', failure: undefined }
    case 'lost':
      return { ...list, standing: list.book.byId.size === 0 ? 'failed' : 'lost', failure: event.failure }
    case 'again':
      return list.standing === 'failed' ? { ...list, standing: 'loading', failure: undefined } : list
    case 'ask':
      // Whoever asks for another order wants it now.
      return settled({ ...list, question: event.question }, arranged(list.book.byId.values(), event.question))
    case 'hold':
      return event.isHeld ? { ...list, isHeld: true } : settled({ ...list, isHeld: false }, list.wanted)
    case 'settle':
      return settled(list, list.wanted)
  }
}

function read(list: StationList, { book, total, at }: Extract<StationEvent, { readonly type: 'part' | 'whole' }>, standing: 'part' | 'live'): StationList {
  return rowsOf({ ...list, standing, book, total, heardAt: at, failure: undefined }, arranged(book.byId.values(), list.question))
}

function rowsOf(list: StationList, wanted: readonly Station[]): StationList {
  // A table that was empty has nothing that could be pointed at.
  if (!list.isHeld || list.shown.length === 0) return settled(list, wanted)
  const { rows, behind } = heldRows(list.shown.map(({ deviceId }) => deviceId), wanted, list.book.byId)
  return { ...list, wanted, shown: rows, behind }
}

const settled = (list: StationList, wanted: readonly Station[]): StationList => (list.shown === wanted && list.wanted === wanted ? list : { ...list, wanted, shown: wanted, behind: 0 })
