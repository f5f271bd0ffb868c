import { type FailureKind, kindOf } from '../../../shared/errors.ts'

/** Runs what may fail on the disk; a failure is told and gives undefined, and who asked goes on from the network. */
export function attempts(trouble: (kind: FailureKind) => void): <T>(act: () => T) => T | undefined {
  return (act) => {
    try {
      return act()
    } catch (error) {
      trouble(kindOf(error))
      return undefined
    }
  }
}
