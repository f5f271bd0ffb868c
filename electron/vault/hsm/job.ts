import { z } from 'zod'
import { failureKinds } from '../../../shared/errors.ts'

/** By which the policy names a token. At least one is given. */
export interface TokenName {
  readonly label: string | undefined
  readonly serial: string | undefined
}

/** How the keys in the token are named. */
export interface KeyNaming {
  /** `CKA_LABEL`. */
  readonly label: string
  /** One key for everybody, made ahead by whoever runs the HSM: found by its label alone, and never made or destroyed from here. */
  readonly isShared: boolean
}

/** The token's own PIN, and what is known of it. */
export interface TokenPin {
  /** Absent: none was found, which does where the token asks for none, or asks by itself. */
  readonly value: Uint8Array | undefined
  /** The mark of a PIN that a token has refused. */
  readonly refused: string | undefined
}

/** What a policy says of the token. */
export interface HsmSettings {
  /** Path of the vendor's PKCS#11 module. */
  readonly module: string
  readonly token: TokenName
  readonly keys: KeyNaming
}

export type Errand = { readonly what: 'has' | 'make' | 'destroy'; readonly part: string } | { readonly what: 'wrap' | 'unwrap'; readonly part: string; readonly bytes: Uint8Array }

/** The one message to the process: it carries out one errand, answers, and is ended. */
export interface Job {
  readonly settings: HsmSettings
  readonly pin: TokenPin
  readonly errand: Errand
}

/** The one message from it. A failure crosses as its kind: a vendor's text may quote what must not. */
export const JobOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.union([z.instanceof(Uint8Array), z.boolean(), z.undefined()]) }),
  z.strictObject({ ok: z.literal(false), failure: z.enum(failureKinds), /** The token refused this PIN now. */ refusedPin: z.string().max(64).optional() }),
])
export type JobOutcome = z.infer<typeof JobOutcome>
