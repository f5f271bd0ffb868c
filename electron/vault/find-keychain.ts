import { keytarKeychain } from './keytar-keychain.ts'
import { openKeychain } from './open-keychain.ts'
import { versionedKeychain } from './versioned-keychain.ts'

/** The operating system's keychain, once it is known whether it keeps what it is given. Never rejects. */
export const findKeychain = () => openKeychain(versionedKeychain(keytarKeychain()))
