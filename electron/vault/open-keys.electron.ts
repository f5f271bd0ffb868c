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
import { faultOf, type OpenedKeychain } from './open-keychain.ts'
import { type RefreshTokens, refreshTokens } from './refresh-token.ts'
import { type Users, users } from './users.ts'
import { vaultsIn } from './vault.ts'
import { type WatchedKeychain, watchKeychain } from './watched-keychain.ts'
import { createWipe, type Wipe, type WipeParts } from './wipe.ts'

export interface OpenKeysParts extends Pick<WipeParts, 'orphaned'> {
  readonly opened: OpenedKeychain
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
  /** What an earlier start began to wipe, and whether it is gone. */
  readonly finished: Awaited<ReturnType<Wipe['finish']>>
}

/** Takes what the workstation has out of its keychain; what an earlier start began to wipe goes meanwhile, before anything of anybody is opened. Never rejects. */
export async function openKeys({ opened, userData, hsmScript, policy, tell, log, orphaned }: OpenKeysParts): Promise<Keys> {
  const watched = watchKeychain({
    opened,
    look: () => faultOf(keytarKeychain(attended)),
    failed: (fault) => tell({ event: 'keychain.failed', outcome: 'failed', failure: fault }),
    began: ({ fault, correlation }) => log.event('keychain.trouble', { failure: fault, correlation }),
    newCorrelation,
  })
  const { keychain } = watched
  const parts = keyParts(keychain, partWrapping(hsmByPolicy({ vault: () => policy().vault, keychain, hire: hireHsm(hsmScript) })))
  const known = users(keychain)
  const vaults = vaultsIn(userData)
  const tokens = refreshTokens(keychain, vaults)
  const wipe = createWipe({ keychain, vaults, destroyKeyParts: (userKey) => parts.destroy(userKey), users: known, refreshTokens: tokens, orphaned })
  const deviceKey = openDeviceKey(keychain)
  const ours = deviceKey.catch((error: unknown) => {
    if (kindOf(error) === 'keychain-corrupt') watched.foundCorrupt()
    return undefined
  })
  const [key, finished] = await Promise.all([ours, wipe.finish()])
  return { opened, watched, deviceKey, key, parts, users: known, refreshTokens: tokens, wipe, finished }
}

/** For the audit: whose vaults are gone now, and whether all are that should be. */
export function wipedEvents({ wiped, isComplete }: Keys['finished']): readonly OwnEvent[] {
  const each: readonly OwnEvent[] = wiped.map(() => ({ event: 'vault.wipe', outcome: 'success', cause: 'refresh' }))
  return isComplete ? each : [...each, { event: 'vault.wipe', outcome: 'failed', cause: 'refresh' }]
}
