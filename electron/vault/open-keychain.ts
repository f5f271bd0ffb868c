import { randomBytes } from 'node:crypto'
import { kindOf, type FailureKind } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'

export interface OpenedKeychain {
  readonly keychain: Keychain
  /** `memory-only`: there is no keychain to speak to, and nothing is kept on this workstation. */
  readonly keeping: 'sealed' | 'memory-only'
  readonly failure?: FailureKind
}

const probe = 'probe'

/** Finds out at start whether the keychain keeps what it is given, by giving it something. Never rejects. */
export async function openKeychain(keychain: Keychain): Promise<OpenedKeychain> {
  const secret = randomBytes(16).toString('base64url')
  try {
    await keychain.set(probe, secret)
    const held = await keychain.get(probe)
    await keychain.delete(probe)
    return held === secret ? { keychain, keeping: 'sealed' } : { keychain: memoryKeychain(), keeping: 'memory-only', failure: 'keychain-corrupt' }
  } catch (error) {
    return { keychain: memoryKeychain(), keeping: 'memory-only', failure: kindOf(error) }
  }
}
