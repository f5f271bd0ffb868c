import { createRequire } from 'node:module'
import type * as keytar from 'keytar'

// Run in a process of its own: libsecret stays with the first session bus that it has met.
const [userKey] = process.argv.slice(2)
// What keytar's own types say of it; `require` has none.
const native = createRequire(import.meta.url)('keytar') as typeof keytar
process.stdout.write((await native.getPassword('Chartkeep', `key-part/${userKey}`)) ?? '')
