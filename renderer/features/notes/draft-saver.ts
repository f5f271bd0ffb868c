import type { Draft } from '../../../shared/contract/index.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { Clock } from '../../../shared/clock.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'

/** What the person is told about what they typed. `at` is epoch milliseconds. */
export type SaveState =
  | { readonly state: 'empty' }
  | { readonly state: 'unsaved' }
  | { readonly state: 'saved'; readonly at: number }
  | { readonly state: 'failed'; readonly failure: ShownFailure }

export interface DraftSaverParts {
  readonly clock: Clock
  /** Resolves when the draft is sealed and on disk. */
  readonly save: (draft: Draft) => Promise<void>
  /** Runs after so many milliseconds; the returned function calls it off. */
  after(milliseconds: number, run: () => void): () => void
}

/** Failures that another try cannot mend: it would only be one more refused access in the audit. */
const hopeless: ReadonlySet<FailureKind> = new Set(['vault-unavailable', 'not-permitted', 'stale', 'wrong-patient'])

/** From the first unsaved key to the save: what is typed is at most this and one save behind the disk. */
const saveAfter = 200
const retryAfter = 2_000

/**
 * Keeps one note on its way to the disk while it is typed: one save at a time, the newest text always next.
 * Outlives the box that shows it, so that closing a view or a lock loses nothing.
 */
export class DraftSaver {
  readonly #parts: DraftSaverParts
  readonly #listeners = new Set<() => void>()
  #draft: Draft
  #dirty = false
  #state: SaveState
  #callOff: (() => void) | undefined
  #saving: Promise<void> | undefined

  constructor(parts: DraftSaverParts, kept: Draft | undefined) {
    this.#parts = parts
    this.#draft = kept ?? { text: '', caret: 0, typedAt: 0 }
    this.#state = kept && kept.text !== '' ? { state: 'saved', at: kept.typedAt } : { state: 'empty' }
  }

  /** The text and the caret, as last typed. */
  get draft(): Draft {
    return this.#draft
  }

  get state(): SaveState {
    return this.#state
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  getState = (): SaveState => this.#state

  /** Takes what was typed; it is on its way within `saveAfter`. */
  type(text: string, caret: number): void {
    this.#draft = { text, caret, typedAt: this.#parts.clock.now() }
    this.#dirty = true
    if (this.#isHopeless()) return
    this.#tell({ state: 'unsaved' })
    this.#schedule(saveAfter)
  }

  /** Remembers where the caret is; saved with the next text, or by `flush`. */
  moveCaret(caret: number): void {
    if (caret === this.#draft.caret || this.#draft.text === '') return
    this.#draft = { ...this.#draft, caret }
    this.#dirty = true
  }

  /** Saves what is unsaved now, and resolves when it was tried: the state tells how it went. */
  async flush(): Promise<void> {
    this.#callOff?.()
    this.#callOff = undefined
    await this.#saving
    if (this.#dirty && !this.#isHopeless()) await this.#save()
  }

  #isHopeless(): boolean {
    return this.#state.state === 'failed' && hopeless.has(this.#state.failure.kind)
  }

  #schedule(milliseconds: number): void {
    this.#callOff ??= this.#parts.after(milliseconds, () => {
      this.#callOff = undefined
      // One at a time: what is typed while a save runs is saved when that one is done.
      if (!this.#saving && this.#dirty) void this.#save()
    })
  }

  async #save(): Promise<void> {
    this.#dirty = false
    this.#saving = this.#write(this.#draft)
    await this.#saving
    this.#saving = undefined
    if (this.#dirty && !this.#isHopeless()) this.#schedule(this.#state.state === 'failed' ? retryAfter : 0)
  }

  async #write(draft: Draft): Promise<void> {
    try {
      await this.#parts.save(draft)
      if (draft.text === this.#draft.text) this.#tell(draft.text === '' ? { state: 'empty' } : { state: 'saved', at: this.#parts.clock.now() })
    } catch (error) {
      this.#dirty = true
      this.#tell({ state: 'failed', failure: failureOf(error) })
    }
  }

  #tell(state: SaveState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
