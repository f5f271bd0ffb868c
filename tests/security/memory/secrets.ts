import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type * as keytar from 'keytar'
import { pinBytes, unwrapWithPin } from '../../../electron/records/keys/pin-wrap.ts'
import { readKeyFile } from '../../../electron/records/keys/key-file.ts'

/** The user's data key, opened as only somebody who holds the keychain's part and the PIN can. */
export async function dataKeyOf(profile: string, pin: string): Promise<Buffer> {
  const [userKey] = readdirSync(path.join(profile, 'vaults'))
  if (userKey === undefined) throw new Error('no vault was made')
  // What keytar's own types say of it; `require` has none.
  const native = createRequire(import.meta.url)('keytar') as typeof keytar
  const part = await native.getPassword('Chartkeep', `key-part/${userKey}`)
  const slot = (await readKeyFile(path.join(profile, 'vaults', userKey)))?.[0]
  if (part === null || slot === undefined) throw new Error('no key was kept')
  const key = await unwrapWithPin(slot, pinBytes(pin), Buffer.from(part, 'base64url'), userKey)
  if (!key) throw new Error('the PIN does not open the vault')
  return key
}

/** Every access token that the sandbox has granted and still knows, from its own database. */
export function accessTokensOf(sandboxState: string): readonly string[] {
  const database = new DatabaseSync(path.join(sandboxState, 'auth.db'), { readOnly: true })
  try {
    return database
      .prepare("SELECT id FROM oidc WHERE model = 'AccessToken'")
      .all()
      .flatMap((row) => (typeof row['id'] === 'string' ? [row['id']] : []))
  } finally {
    database.close()
  }
}
