import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { z } from 'zod'
import { pinBytes, unwrapWithPin } from '../../../electron/records/keys/wrap.ts'
import { readKeyFile } from '../../../electron/records/keys/key-file.ts'

const Granted = z.looseObject({ scope: z.string().optional() })

const run = promisify(execFile)

/** The user's data key, opened as only somebody who holds the keychain's part and the PIN can. `env`: of the desktop whose keyring it is. */
export async function dataKeyOf(profile: string, pin: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const [userKey] = readdirSync(path.join(profile, 'vaults'))
  if (userKey === undefined) throw new Error('no vault was made')
  const slot = (await readKeyFile(path.join(profile, 'vaults', userKey)))?.current.slots.find(({ kind }) => kind === 'pin')
  if (slot?.kind !== 'pin') throw new Error('no key was kept')
  const { stdout: part } = await run(process.execPath, [path.join(import.meta.dirname, 'print-key-part.ts'), userKey, slot.part], { env })
  const key = await unwrapWithPin(slot, pinBytes(pin), Buffer.from(part, 'base64url'), userKey)
  if (!key) throw new Error('the PIN does not open the vault')
  return key.key
}

/** Every access token that the sandbox has granted and still knows, from its own database, but those that read nothing: they report what was done, while locked too (ADR 0102). */
export function accessTokensOf(sandboxState: string): readonly string[] {
  const database = new DatabaseSync(path.join(sandboxState, 'auth.db'), { readOnly: true })
  try {
    return database
      .prepare("SELECT id, payload FROM oidc WHERE model = 'AccessToken'")
      .all()
      .flatMap(({ id, payload }) => (typeof id === 'string' && Granted.parse(JSON.parse(String(payload))).scope !== 'user/AuditEvent.c' ? [id] : []))
  } finally {
    database.close()
  }
}
