import { z } from 'zod'
import { ApiHabits, expectedApi } from './api-habits.ts'
import { ContentFaults, soundContent } from './content.ts'
import { LockoutFaults, soundLockout } from './lockout.ts'
import { NetworkFaults, soundNetwork } from './network.ts'
import { expectedSignIn, SignInHabits } from './sign-in-habits.ts'
import { SignInFaults, soundSignIn } from './sign-in.ts'

/**
 * The ways in which this EHR can be told to misbehave, so that a client can prove what it does then. A file for each
 * theme; the first value of each switch is the honest one.
 */
export const Faults = z.strictObject({
  ...NetworkFaults.shape,
  ...SignInFaults.shape,
  ...ContentFaults.shape,
  ...LockoutFaults.shape,
  ...SignInHabits.shape,
  ...ApiHabits.shape,
})
export type Faults = z.infer<typeof Faults>

const honest = { ...soundNetwork, ...soundSignIn, ...soundContent, ...soundLockout, ...expectedSignIn, ...expectedApi } as const
export const noFaults: Faults = honest

/** Every way to misbehave that a switch has, as `certificate: expired`; a switch that takes a number or a list has one, its name. */
export type FaultName = { [K in keyof Faults]: Faults[K] extends string ? `${K}: ${Exclude<Faults[K], (typeof honest)[K]>}` : K }[keyof Faults]

/** Some faults, named; the others stay as they are. */
export const FaultChange = Faults.partial()
export type FaultChange = z.infer<typeof FaultChange>

export interface FaultSwitches {
  current(): Faults
  set(change: FaultChange): void
  reset(): void
}

/** `changed` is called after each change, with the faults as they are and as they were. */
export function faultSwitches(changed: (now: Faults, before: Faults) => void = () => {}): FaultSwitches {
  let faults = noFaults
  const become = (next: Faults) => {
    const before = faults
    faults = next
    changed(faults, before)
  }
  return {
    current: () => faults,
    set: (change) => become(Faults.parse({ ...faults, ...change })),
    reset: () => become(noFaults),
  }
}
