/** Effects of the session, one after the other. One that fails holds up none that follow: a wipe must not wait for a disk that was full before it. */
export interface EffectsInTurn {
  add(work: () => unknown): void
  /** What has begun already; what is added later waits for it too. */
  beside(begun: Promise<unknown>): void
  /** Ends when all that was added so far has; rejects with the first failure that nobody was told of. */
  settled(): Promise<void>
  /** The same, whatever failed. */
  over(): Promise<void>
}

export function effectsInTurn(failed: (error: unknown) => void): EffectsInTurn {
  let chain: Promise<void> = Promise.resolve()
  let untold: unknown[] = []
  const note = (error: unknown) => {
    untold.push(error)
    failed(error)
  }
  const ended = () => undefined
  return {
    add: (work) => {
      chain = chain.then(work).then(ended, note)
    },
    beside: (begun) => {
      chain = Promise.all([chain, begun.catch(note)]).then(ended)
    },
    settled: async () => {
      await chain
      const [first] = untold
      untold = []
      if (first !== undefined) throw first
    },
    over: async () => chain,
  }
}
