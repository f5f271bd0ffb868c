import { randomBytes } from 'node:crypto'
import { type KeychainFault, keychainFaults } from '../../shared/keychain-faults.ts'
import { kindOf } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'

export interface OpenedKeychain {
  readonly keychain: Keychain
  /** `memory-only`: there is no keychain to speak to, and nothing is kept on this workstation. */
  readonly keeping: 'sealed' | 'memory-only'
  /** Why it is memory-only. */
  readonly failure?: KeychainFault
}

const probe = 'probe'

/** Finds out at start whether the keychain keeps what it is given. Never rejects. */
export async function openKeychain(keychain: Keychain): Promise<OpenedKeychain> {
  const failure = await faultOf(keychain)
  return failure === undefined ? { keychain, keeping: 'sealed' } : { keychain: memoryKeychain(), keeping: 'memory-only', failure }
}

/** What is wrong with the keychain, found out by giving it something to keep; undefined when nothing is. Never rejects. */
export async function faultOf(keychain: Keychain): Promise<KeychainFault | undefined> {
  const secret = randomBytes(16).toString('base64url')
  try {
    await keychain.set(probe, secret)
    const held = await keychain.get(probe)
    await keychain.delete(probe)
    return held === secret ? undefined : 'keychain-corrupt'
  } catch (error) {
    return keychainFaults.find((fault) => fault === kindOf(error)) ?? 'keychain-missing'
  }
}
