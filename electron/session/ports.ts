import type { TokenPort } from '../auth/clerk/process.electron.ts'
import type { Asked, AskingWay } from '../auth/still-granted.ts'
import type { Presence } from '../vault/presence.ts'
import type { KeyAges } from '../vault/rotations.ts'
import type { Challenge, SessionView } from '../../shared/contract/index.ts'
import type { KeychainFault } from '../../shared/keychain-faults.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import type { Opened } from '../records/protocol.ts'
import type { SignedIn } from './machine.ts'

export type { Opened, TokenPort }

/** Whereby what is on disk came to be under this part: a rotation has proved no PIN. */
type SettledBy = 'unlock' | 'new-pin' | 'rotation'

/** What the session needs of the vault: the key part and its tries. Every function may reject with a `keychain-*` kind. */
export interface VaultPort {
  /** Counts a try, durably, and then gives the part of that name. Rejects `pin-void` when no try is left, `vault-superseded` if it was replaced, `vault-corrupt` if there is none. */
  releaseKeyPart(userKey: string, part: string): Promise<{ readonly part: Uint8Array; readonly triesLeft: number; readonly epoch: number; readonly due: RotationDue; /** What stood beside the PIN. */ readonly presence: Presence } & Partial<KeyAges>>
  /** A new part for a new PIN, beside the one that the slots on disk name, which is given too where it is still there. */
  renewKeyPart(userKey: string, named: string | undefined): Promise<{ readonly fresh: { readonly id: string; readonly part: Uint8Array }; readonly named: Uint8Array | undefined; readonly epoch: number }>
  /**
   * What is on disk is under this part: any other, with what it opened, is gone. After an unlock or a new PIN all tries are there again; rejects `pin-void`
   * where the PIN was voided since the try was counted, or the new part made.
   */
  settleKeyPart(userKey: string, opened: Opened, by: SettledBy): Promise<void>
  /** A new part beside the one that opened the vault, to take its place: it has been read back. */
  succeedKeyPart(userKey: string, named: string): Promise<{ readonly id: string; readonly part: Uint8Array }>
  /** Whether that part is in the keychain in another way than the policy says now, and nothing has ordered yet what follows from it (vault/renewed-under-hsm.ts). */
  needsNewKeys(userKey: string, part: string): Promise<boolean>
  /** The keys of this user are to be replaced at the next unlock, whatever their age. Durable. */
  orderRotation(userKey: string, what: Exclude<RotationDue, 'nothing'>): Promise<void>
  /** The epoch in which the files were left: older ones are known as such from here on. */
  keepEpoch(userKey: string, epoch: number): Promise<void>
  /** What the PIN opened is damaged, or its owner has forgotten it: all tries are used, so that a full sign-in leads to a new one. Durable. */
  voidPin(userKey: string): Promise<void>
  pinState(userKey: string): Promise<SignedIn['pin']>
  /** What a lock screen without tries shows (vault/unlock-help.ts). Rejects `pin-void` where the desk may grant none. */
  challenge(userKey: string): Promise<Challenge>
  /** Gives the tries that the desk's answer brought. Rejects `code-misread`, `code-wrong`, `code-expired`, `pin-void`. */
  answerChallenge(userKey: string, typed: string): Promise<{ readonly triesLeft: number }>
  /** Tries left before the PIN is void. */
  triesLeft(userKey: string): Promise<number>
  /** Where the user's sealed files live; undefined where nothing may be kept. Made if it is not there. */
  folder(userKey: string): string | undefined
}

/** What the session needs of the operating system's keychain: how it does. */
export interface KeychainPort {
  readonly keeping: SessionView['keeping']
  /** What is wrong with it, as far as it is known. */
  trouble(): SessionView['keychain']
  /** Looks again, for as long as a person may need to answer its question. Gives what is still wrong. */
  tryAgain(): Promise<KeychainFault | undefined>
  onChange(listener: () => void): void
}

/** What the support desk says to whoever sits here. */
export interface NoticePort {
  current(): string | undefined
  /** Somebody has read it. */
  read(): Promise<void>
  /** When it signed out whoever was here, in epoch milliseconds, where nobody has been at work since. */
  signedOutAt(): number | undefined
  /** Since when its orders do not come, in epoch milliseconds, where that has lasted. */
  unheardSince(): number | undefined
  /** Somebody is at work. */
  atWork(): void
  onChange(changed: () => void): void
}

/** What the session needs of sign-in and tokens. */
export interface AuthPort {
  /** A whole sign-in at the EHR; `hint`: as whom, which it may ignore (`login_hint`). Rejects with a `sign-in-*`, network or `cancelled` kind. */
  signIn(expect: string | undefined, signal: AbortSignal, hint?: string): Promise<{ readonly who: SignedIn; readonly fhirUser: string | undefined }>
  /** Has a usable access token sent over the port; `refused` says that the EHR did not take the last one. Rejects `unauthorized` when the session there is over. */
  handOutToken(userKey: string, refused: boolean, to: TokenPort): Promise<void>
  /** Whether the EHR stands by the sign-in of this user; asked without a token that reads anything. Rejects `unauthorized` where it does not any more, and else where it was not reached. */
  ask(userKey: string, ways: readonly AskingWay[], signal: AbortSignal): Promise<Asked>
  /** Forgets the access token; the refresh token stays in the keychain. */
  dropAccessToken(): void
  /** Resolves when a refresh token that was being redeemed at the lock has its successor kept. Never rejects. */
  dropped(): Promise<void>
  /** Revokes both tokens at the EHR, as far as it can be reached, and forgets them. Never rejects. */
  signOut(userKey: string): Promise<void>
  fhirUser(userKey: string): string | undefined
  /** Everybody whose session waits on this workstation, whoever is before it too. */
  waiting(): Promise<readonly SignedIn[]>
  /** Somebody who waited is at work again: theirs is the session that a restart finds. Never rejects. */
  comeBack(userKey: string): Promise<void>
  /** What the user's PIN is good for here; `unavailable` too where the keychain does not say. */
  pinState(userKey: string): Promise<SignedIn['pin']>
}
