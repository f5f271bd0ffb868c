import type { Report, Reported } from '../../audit/ship/ehr-place.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { Asked, AskingWay, DeviceKey, SignedInPerson } from '../index.ts'
import type { MfaRule } from '../second-factor.ts'
import type { SignInWay } from '../sign-in-page.ts'

/**
 * The messages between `main` and the clerk. No access token travels here: it goes from the clerk to `records` over a
 * port of their own, since what has once been a string in `main` stays in its memory until it ends.
 * Questions and errands carry a `request` number, which the answer repeats.
 */
export type ToClerk =
  | { readonly kind: 'start'; readonly start: ClerkStart }
  | Errand
  | { readonly kind: 'cancel'; readonly request: number }
  /** The workstation has locked: what is held is forgotten, and what is on its way is not handed out. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'answer'; readonly request: number; readonly outcome: Outcome<unknown> }

export type Errand =
  | { readonly kind: 'sign-in'; readonly request: number; readonly expect: string | undefined; readonly hint: string | undefined }
  /** Carries one MessagePort, for the access token. */
  | { readonly kind: 'hand-out'; readonly request: number; readonly userKey: string; readonly subject: string | undefined; readonly refused: boolean }
  /** Reports what was done; `isOpen`: the session is, and its own token may be used where there is no other. */
  | { readonly kind: 'report'; readonly request: number; readonly userKey: string; readonly subject: string | undefined; readonly isOpen: boolean; readonly reports: readonly Report[] }
  /** Whether the EHR stands by the sign-in. */
  | { readonly kind: 'ask'; readonly request: number; readonly userKey: string; readonly subject: string | undefined; readonly ways: readonly AskingWay[] }
  | { readonly kind: 'sign-out'; readonly request: number; readonly userKey: string; readonly subject: string | undefined }
  /** Of somebody who was wiped: it is kept nowhere. */
  | { readonly kind: 'revoke'; readonly request: number; readonly refreshToken: string }

export type FromClerk =
  | { readonly kind: 'done'; readonly request: number; readonly outcome: Outcome<SignedInPerson | Reported | Asked | boolean | undefined> }
  | { readonly kind: 'ask'; readonly request: number; readonly question: Question }
  | { readonly kind: 'close-page' }
  /** Nothing is under way, nothing is held that somebody will want; `after` is the last errand that was received. */
  | { readonly kind: 'free'; readonly after: number }
  | { readonly kind: 'log'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }

/** What only `main` can do: the window, the browser, the keychain. */
export type Question =
  | { readonly what: 'redirect-uri' }
  | { readonly what: 'page'; readonly url: string; readonly redirectUri: string; readonly allowOrigin: readonly string[] }
  | { readonly what: 'read-refresh'; readonly userKey: string }
  | { readonly what: 'store-refresh'; readonly userKey: string; readonly token: string; readonly follows: boolean }
  | { readonly what: 'remove-refresh'; readonly userKey: string }
  | { readonly what: 'device' }
  /** It opens nothing: it may pass through `main`, which has to know it anyway. */
  | { readonly what: 'keep-unlock-secret'; readonly secret: string }
  | { readonly what: 'sign'; readonly bytes: Uint8Array }

/** What each question is answered with. */
export interface Answers {
  readonly 'redirect-uri': string
  readonly page: string
  readonly 'read-refresh': string | undefined
  readonly 'store-refresh': undefined
  readonly 'remove-refresh': undefined
  readonly device: Pick<DeviceKey, 'deviceId' | 'publicJwk'> | undefined
  readonly 'keep-unlock-secret': undefined
  readonly sign: Uint8Array
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailureKind }

export interface ClerkStart {
  readonly fhirBase: string
  readonly clientId: string
  readonly way: SignInWay['name']
  readonly deviceName: string
  readonly mfa: MfaRule
  readonly reports: boolean
  readonly caPem: string | undefined
  readonly pins: readonly string[]
  readonly proxy: string | undefined
}
