import { isDeepStrictEqual } from 'node:util'
import type { Policy } from '../../../shared/policy.ts'
import type { Keychain } from '../keychain.ts'
import type { WrappingKeys } from '../wrapping-keys.ts'
import { type Hire, hsmKeys } from './hsm-keys.ts'

export interface HsmByPolicyParts {
  /** As it says now. */
  vault(): Pick<Policy['vault'], 'keyPart' | 'pkcs11'>
  readonly keychain: Keychain
  readonly hire: Hire
}

/** The keys in the HSM that the policy names; none where it names the keychain alone. */
export function hsmByPolicy({ vault, keychain, hire }: HsmByPolicyParts): () => WrappingKeys | undefined {
  let made: { readonly by: NonNullable<Policy['vault']['pkcs11']>; readonly keys: WrappingKeys } | undefined
  return () => {
    const { keyPart, pkcs11 } = vault()
    if (keyPart === 'keychain' || pkcs11 === undefined) return undefined
    // The same for as long as the policy is: errands wait for each other there.
    if (!isDeepStrictEqual(made?.by, pkcs11)) {
      const { module, tokenLabel, tokenSerial, keyLabel, sharedKey, answerSeconds } = pkcs11
      made = { by: pkcs11, keys: hsmKeys({ settings: { module, token: { label: tokenLabel, serial: tokenSerial }, keys: { label: keyLabel, isShared: sharedKey } }, hire, keychain, patience: answerSeconds * 1_000 }) }
    }
    return made?.keys
  }
}
