import { type Hold, holdsOf } from '../../shared/alerts.ts'

/** Which charts are not given until their user has said why: as `main` reads it off the audit chain. */
export interface HeldCharts {
  /** Undefined while `main` has not said. */
  current(): readonly Hold[] | undefined
  set(holds: readonly Hold[]): void
  /** Waits until `main` has said: before that, nobody's chart is given. */
  isHeld(patient: string): boolean | Promise<boolean>
}

export function createHeldCharts(): HeldCharts {
  let holds: readonly Hold[] | undefined
  let known: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    known = resolve
  })
  const isAmong = (patient: string) => holdsOf(holds ?? [], patient).length > 0
  return {
    current: () => holds,
    set(said) {
      holds = said
      known()
    },
    isHeld: (patient) => (holds === undefined ? told.then(() => isAmong(patient)) : isAmong(patient)),
  }
}
