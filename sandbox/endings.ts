/** What has been opened and must be closed again, last first: at the end, or when a start fails half-way. */
export interface Endings {
  later(end: () => void | Promise<void>): void
  /** Ends everything, also after one end has failed; then rejects with the first failure. */
  now(): Promise<void>
}

export function endings(): Endings {
  const ends: (() => void | Promise<void>)[] = []
  return {
    later: (end) => void ends.push(end),
    async now() {
      const failures: unknown[] = []
      for (const end of ends.splice(0).reverse()) {
        try {
          await end()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
