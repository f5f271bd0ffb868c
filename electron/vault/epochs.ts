import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'

/** Where a user's epoch stands in the keychain. */
export const epochAccount = (userKey: string) => `epoch/${userKey}`

/**
 * In which epoch a user's files were last left. It stands in the keychain, so that files of an older one, from a copy of the profile, are known as such.
 */
export interface Epochs {
  /** 0 where none was kept. */
  read(userKey: string): Promise<number>
  /** Never goes back. */
  keep(userKey: string, epoch: number): Promise<void>
}

export function epochs(keychain: Keychain): Epochs {
  const turn = inTurn()

  async function read(userKey: string): Promise<number> {
    const stored = await keychain.get(epochAccount(userKey))
    return stored !== undefined && /^\d{1,15}$/.test(stored) ? Number(stored) : 0
  }

  return {
    read,
    // A rotation may settle just as a lock leaves the files in a later one.
    keep: (userKey, epoch) =>
      turn(async () => {
        if (epoch > (await read(userKey))) await keychain.set(epochAccount(userKey), String(epoch))
      }),
  }
}
