import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { PatientId, TabId } from '../../../shared/contract/index.ts'
import type { Clock } from '../../../shared/clock.ts'
import type { Bridge } from '../../bridge/index.ts'
import type { FlushRegistry } from '../../services/index.ts'
import { DraftSaver } from './draft-saver.ts'

interface DraftBookParts {
  readonly bridge: Bridge
  readonly clock: Clock
  readonly flush: FlushRegistry
  readonly tabOf: (patient: PatientId) => Promise<TabId>
}

interface Entry {
  readonly opening: Promise<DraftSaver>
  saver: DraftSaver | undefined
}

/**
 * The notes of the open charts. A note belongs to the chart, not to the box that shows it: switching charts or views
 * loses no key, and the lock finds all of them here.
 */
export class DraftBook {
  readonly #parts: DraftBookParts
  readonly #entries = new Map<PatientId, Entry>()

  constructor(parts: DraftBookParts) {
    this.#parts = parts
    // Never removed: the flush of a lock may come when the screen has already left the workspace.
    parts.flush.add(async () => {
      await Promise.all([...this.#entries.values()].flatMap((entry) => (entry.saver ? [entry.saver.flush()] : [])))
    })
  }

  /** The tab of this patient's chart. */
  tabOf = (patient: PatientId): Promise<TabId> => this.#parts.tabOf(patient)

  /** The note of this patient, with what was kept of it. Fails as `draft.read` does, and asks again at the next call then. */
  open(patient: PatientId): Promise<DraftSaver> {
    const known = this.#entries.get(patient)
    if (known) return known.opening
    const entry: Entry = { opening: this.#read(patient), saver: undefined }
    this.#entries.set(patient, entry)
    entry.opening.then(
      (saver) => {
        entry.saver = saver
      },
      () => {
        if (this.#entries.get(patient) === entry) this.#entries.delete(patient)
      },
    )
    return entry.opening
  }

  /** The note as far as it has been read, without asking for it. */
  peek(patient: PatientId): DraftSaver | undefined {
    return this.#entries.get(patient)?.saver
  }

  /** Saves what is unsaved and lets go of the note; before its chart's port is closed. */
  async release(patient: PatientId): Promise<void> {
    const entry = this.#entries.get(patient)
    await entry?.saver?.flush()
    if (this.#entries.get(patient) === entry) this.#entries.delete(patient)
  }

  async #read(patient: PatientId): Promise<DraftSaver> {
    const { bridge, clock, tabOf } = this.#parts
    const tab = await tabOf(patient)
    const { draft } = await bridge.callTab(tab, 'draft.read', { patient })
    return new DraftSaver(
      {
        clock,
        save: async (changed) => {
          await bridge.callTab(tab, 'draft.save', { patient, draft: changed })
        },
        after: (milliseconds, run) => {
          const timer = setTimeout(run, milliseconds)
          return () => clearTimeout(timer)
        },
      },
      draft,
    )
  }
}

const Context = createContext<DraftBook | undefined>(undefined)

export function DraftBookProvider({ book, children }: { readonly book: DraftBook; readonly children: ReactNode }) {
  return createElement(Context, { value: book }, children)
}

export function useDraftBook(): DraftBook {
  const book = useContext(Context)
  if (!book) throw new Error('A note was rendered outside of DraftBookProvider.')
  return book
}
