import type { KeepingTrouble } from '../../shared/bridge.ts'
import type { FailureKind } from '../../shared/errors.ts'

export type Store = KeepingTrouble['what']

/** The gravest first: without the audit nothing is shown, without the work a note is lost, without the cache there is less offline. */
const stores: readonly Store[] = ['audit', 'work', 'found', 'cache']

export interface KeepingParts {
  /** Told each change, not every row that could not be kept. */
  changed(trouble: KeepingTrouble | undefined): void
  /** Tries to keep something that is nobody's; how it went is told to `report`. */
  probe(what: Store): unknown
  /** Runs something later, in ms. */
  later(ms: number, act: () => void): void
}

export interface KeepingWatch {
  current(): KeepingTrouble | undefined
  /** Something was kept, or was not, for this reason. */
  report(what: Store, failure: FailureKind | undefined): void
}

const probePauseMs = 3_000

/**
 * Whether this workstation can keep what it must. While it cannot, it is tried now and then: the screen should not wait for somebody to
 * type before it says that all is well again.
 */
export function watchKeeping({ changed, probe, later }: KeepingParts): KeepingWatch {
  const failures = new Map<Store, FailureKind>()
  let told: KeepingTrouble | undefined
  let probing = false

  function current(): KeepingTrouble | undefined {
    for (const what of stores) {
      const failure = failures.get(what)
      if (failure !== undefined) return { what, failure }
    }
    return undefined
  }

  function probeLater(): void {
    if (probing || failures.size === 0) return
    probing = true
    later(probePauseMs, () => {
      probing = false
      for (const what of failures.keys()) probe(what)
      probeLater()
    })
  }

  return {
    current,
    report(what, failure) {
      if (failure === undefined) failures.delete(what)
      else failures.set(what, failure)
      const now = current()
      if (now?.what !== told?.what || now?.failure !== told?.failure) {
        told = now
        changed(now)
      }
      probeLater()
    },
  }
}
