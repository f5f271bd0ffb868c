/** What is unsaved, and how to save it. The lock asks all of it at once and waits for the answers. */
export class FlushRegistry {
  readonly #savers = new Set<() => Promise<void>>()

  /** Registers a saver; the returned function removes it. */
  add(saver: () => Promise<void>): () => void {
    this.#savers.add(saver)
    return () => this.#savers.delete(saver)
  }

  /** Resolves when every saver has answered, well or not: one that fails does not keep the others from saving. */
  async flush(): Promise<void> {
    await Promise.allSettled([...this.#savers].map((save) => save()))
  }
}
