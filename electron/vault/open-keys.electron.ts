import { kindOf } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { OwnEvent } from '../audit/own-events.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import { type DeviceKey, openDeviceKey } from './device-key.ts'
import { hsmByPolicy } from './hsm/by-policy.ts'
import { hireHsm } from './hsm/process.electron.ts'
import { partWrapping } from './kept-part.ts'
import { type KeyParts, keyParts } from './key-part.ts'
import { attended, keytarKeychain } from './keytar-keychain.ts'
import { faultOf, type OpenedKeychain, openKeychain } from './open-keychain.ts'
import { type RefreshTokens, refreshTokens } from './refresh-token.ts'
import { type Users, users } from './users.ts'
import { vaultsIn } from './vault.ts'
import { versionedKeychain } from './versioned-keychain.ts'
import { type WatchedKeychain, watchKeychain } from './watched-keychain.ts'
import { createWipe, type Wipe } from './wipe.ts'

export interface OpenKeysParts {
  /** Folder of the application's own data. */
  readonly userData: string
  /** The script of the process that speaks to an HSM. */
  readonly hsmScript: string
  policy(): Policy
  tell(own: OwnEvent): void
  readonly log: Log
}

/** The keychain as this start found it, and who of this workstation and its people stands in it. */
export interface Keys {
  readonly opened: OpenedKeychain
  readonly watched: WatchedKeychain
  readonly deviceKey: Promise<DeviceKey>
  /** The workstation's own; undefined where the keychain gives none. */
  readonly key: DeviceKey | undefined
  readonly parts: KeyParts
  readonly users: Users
  readonly refreshTokens: RefreshTokens
  readonly wipe: Wipe
}

/** Opens the operating system's keychain. Never rejects: what is wrong with it is told, and the workstation goes on without. */
export async function openKeys({ userData, hsmScript, policy, tell, log }: OpenKeysParts): Promise<Keys> {
  const opened = await openKeychain(versionedKeychain(keytarKeychain()))
  const watched = watchKeychain({
    opened,
    look: () => faultOf(keytarKeychain(attended)),
    failed: (fault) => tell({ event: 'keychain.failed', outcome: 'failed', failure: fault }),
    began: ({ fault, correlation }) => log.event('keychain.trouble', { failure: fault, correlation }),
    newCorrelation,
  })
  const { keychain } = watched
  const deviceKey = openDeviceKey(keychain)
  const key = await deviceKey.catch((error: unknown) => {
    if (kindOf(error) === 'keychain-corrupt') watched.foundCorrupt()
    return undefined
  })
  const parts = keyParts(keychain, partWrapping(hsmByPolicy({ vault: () => policy().vault, keychain, hire: hireHsm(hsmScript) })))
  const known = users(keychain)
  const vaults = vaultsIn(userData)
  const wipe = createWipe({ keychain, vaults, destroyKeyParts: (userKey) => parts.destroy(userKey), users: known })
  return { opened, watched, deviceKey, key, parts, users: known, refreshTokens: refreshTokens(keychain, vaults), wipe }
}

/** What an earlier start began to wipe goes before anything of anybody is opened. Never rejects. */
export async function finishWipes(wipe: Wipe, tell: (own: OwnEvent) => void): Promise<void> {
  const leftover = await wipe.finish()
  for (let wiped = 0; wiped < leftover.wiped.length; wiped += 1) tell({ event: 'vault.wipe', outcome: 'success', cause: 'refresh' })
  if (!leftover.isComplete) tell({ event: 'vault.wipe', outcome: 'failed', cause: 'refresh' })
}
