import { kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { Host } from '../host.ts'
import type { VaultDoor } from '../keys/vault.ts'
import type { PortCaller } from './caller.ts'

/** `opened` runs when there is something on disk to tidy up. */
export function vaultHandlers(door: VaultDoor, host: Host, opened: () => void): Pick<Handlers<'workspace', PortCaller>, 'vault.setPin' | 'vault.unlock'> {
  return {
    async 'vault.setPin'({ pin }) {
      await door.setPin(pin)
      host.post({ kind: 'pin-set' })
      opened()
      return {}
    },
    async 'vault.unlock'({ pin }) {
      try {
        await door.unlock(pin)
      } catch (error) {
        host.post({ kind: 'unlock-failed', failure: kindOf(error) })
        throw error
      }
      host.post({ kind: 'unlocked' })
      opened()
      return {}
    },
  }
}
