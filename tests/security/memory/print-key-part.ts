import { keyParts } from '../../../electron/vault/key-part.ts'
import { keytarKeychain } from '../../../electron/vault/keytar-keychain.ts'
import { versionedKeychain } from '../../../electron/vault/versioned-keychain.ts'

// Run in a process of its own: libsecret stays with the first session bus that it has met.
const [userKey = '', id = ''] = process.argv.slice(2)
process.stdout.write((await keyParts(versionedKeychain(keytarKeychain())).read(userKey, id)).toString('base64url'))
