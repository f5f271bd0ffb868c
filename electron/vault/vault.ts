import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { grouped } from '../../shared/unlock-codes.ts'
import type { VaultPort } from '../session/ports.ts'
import type { Epochs } from './epochs.ts'
import type { KeyParts } from './key-part.ts'
import type { Presence } from './presence.ts'
import type { Rotations } from './rotations.ts'
import type { Tries } from './tries.ts'
import type { UnlockHelp } from './unlock-help.ts'

export interface VaultParts {
  readonly keyParts: KeyParts
  readonly tries: Tries
  readonly epochs: Epochs
  readonly rotations: Rotations
  /** Where the desk may grant tries. Absent: it cannot. */
  readonly help?: UnlockHelp | undefined
  /** Whether the person is there, where the policy asks. Absent: nothing is asked. */
  readonly presence?: (userKey: string) => Promise<Presence>
  readonly keeping: 'sealed' | 'memory-only'
  /** Folder of the application's own data. */
  readonly userData: string
}

/** Where the users' sealed files lie, each in a folder of their own key. */
export const vaultsIn = (userData: string) => path.join(userData, 'vaults')

/** Main's half of the vaults: key parts, tries, and where each user's sealed files live. */
export function createVault({ keyParts, tries, epochs, rotations, help, presence: checkPresence, keeping, userData }: VaultParts): VaultPort {
  return {
    releaseKeyPart: async (userKey, id) => {
      const triesLeft = await tries.take(userKey)
      try {
        const presence = (await checkPresence?.(userKey)) ?? 'not-asked'
        const [part, epoch, due, ages] = await Promise.all([keyParts.read(userKey, id), epochs.read(userKey), rotations.due(userKey), rotations.ages(userKey)])
        return { part, epoch, triesLeft, due, presence, ...ages }
      } catch (error) {
        // A token, a keychain or a sensor that is not there has released nothing, and must not use up anybody's PIN.
        if (/^(hsm|keychain)-|^presence-unavailable$/.test(kindOf(error))) await tries.giveBack(userKey).catch(() => undefined)
        else if (kindOf(error) === 'presence-refused') throw new ChartkeepError('presence-refused', { triesLeft })
        throw error
      }
    },
    renewKeyPart: async (userKey, named) => {
      // What voids a PIN from here on voids the new one.
      await tries.choose(userKey)
      const epoch = await epochs.read(userKey)
      return { ...(await keyParts.renew(userKey, named)), epoch }
    },
    settleKeyPart: async (userKey, { part, dataKey, epoch }, by) => {
      await epochs.keep(userKey, epoch)
      await keyParts.settle(userKey, part)
      await rotations.settled(userKey, { part, dataKey })
      if (by === 'unlock') await tries.forgive(userKey)
      if (by === 'new-pin') await tries.chosen(userKey)
    },
    succeedKeyPart: (userKey, named) => keyParts.succeed(userKey, named),
    needsNewKeys: async (userKey, part) => (await keyParts.isOutdated(userKey, part)) && !(await rotations.isOrdered(userKey)),
    orderRotation: (userKey, what) => rotations.order(userKey, what),
    keepEpoch: (userKey, epoch) => epochs.keep(userKey, epoch),
    voidPin: (userKey) => tries.exhaust(userKey),
    pinState: async (userKey) => {
      try {
        if (keeping === 'memory-only' || !(await keyParts.isInReach(userKey))) return 'unavailable'
        if (!(await keyParts.exists(userKey))) return 'unset'
        if ((await tries.left(userKey)) > 0) return 'set'
        return (await tries.mayBeHelped(userKey)) && (await help?.isOffered(userKey)) === true ? 'out' : 'void'
      } catch (error) {
        // There is a PIN, set by a later Chartkeep: whoever enters it hears why it opens nothing here.
        if (kindOf(error) === 'vault-newer') return 'set'
        throw error
      }
    },
    challenge: async (userKey) => {
      if (help === undefined) throw new ChartkeepError('pin-void', { triesLeft: 0 })
      const { code, validMs } = await help.challenge(userKey)
      return { code: grouped(code), validMs }
    },
    answerChallenge: async (userKey, typed) => {
      if (help === undefined) throw new ChartkeepError('pin-void', { triesLeft: 0 })
      return { triesLeft: await help.answer(userKey, typed) }
    },
    triesLeft: (userKey) => tries.left(userKey),
    folder: (userKey) => {
      if (keeping === 'memory-only') return undefined
      const folder = path.join(vaultsIn(userData), userKey)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    },
  }
}
