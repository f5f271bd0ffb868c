import { kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { Host } from '../host.ts'
import type { VaultDoor } from '../keys/vault.ts'
import type { PortCaller } from './caller.ts'

/** `opened` runs when there is something on disk to tidy up; `unlocked` when a PIN was right, and what it opened may be put under new keys. */
export function vaultHandlers(door: VaultDoor, host: Host, opened: () => void, unlocked: (pin: string) => void): Pick<Handlers<'workspace', PortCaller>, 'vault.setPin' | 'vault.unlock'> {
  return {
    async 'vault.setPin'({ pin, withoutKept }) {
      await door.setPin(pin, withoutKept === true)
      opened()
      return {}
    },
    async 'vault.unlock'({ pin }) {
      try {
        host.post({ kind: 'unlocked', ...(await door.unlock(pin)) })
      } catch (error) {
        host.post({ kind: 'unlock-failed', failure: kindOf(error) })
        throw error
      }
      opened()
      unlocked(pin)
      return {}
    },
  }
}
