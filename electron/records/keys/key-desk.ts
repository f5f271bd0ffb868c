import type { RotationDue } from '../../../shared/rotation-due.ts'
import type { KeyPart } from './wrap.ts'

/** By which part of `main` a vault was opened, the number of its DEK, and the epoch that its files are in. */
export interface Opened {
  readonly part: string
  readonly dataKey: number
  readonly epoch: number
}

/** What `main` does for a vault. Who asked zeroes the parts. Rejects with what `main` names: `keychain-*`, `locked`. */
export interface KeyDesk {
  /** Counts a try and gives the part of that name. Rejects `pin-void` when none is left, `vault-superseded` if it was replaced, `vault-corrupt` if there is none. */
  release(part: string): Promise<{ readonly part: Uint8Array; readonly triesLeft: number; readonly epoch: number; readonly due: RotationDue }>
  /** A new part for a new PIN, beside the one named; that one too, where it is still there. */
  renew(named: string | undefined): Promise<{ readonly fresh: KeyPart; readonly named: Uint8Array | undefined; readonly epoch: number }>
  /** A new part beside the one that opened the vault. Rejects `locked` for any other. */
  succeed(named: string): Promise<KeyPart>
  /** The PIN is set, and the slots on disk are under this part: the other one goes. `epoch` is what the files say now: older ones are known as such from here on. */
  settle(opened: Opened): Promise<void>
  /** The same after `succeed`. */
  rotated(opened: Opened): Promise<void>
}
