import { readdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'

const ofUsers = (names: readonly string[]): readonly string[] => names.filter((name) => /^[a-z2-7]{26}$/.test(name))

/** The users of whom a vault lies here. */
export async function keptIn(vaults: string): Promise<readonly string[]> {
  return ofUsers(await readdir(vaults).catch(() => []))
}

/** The same, for whoever cannot wait. */
export function keptNow(vaults: string): readonly string[] {
  try {
    return ofUsers(readdirSync(vaults))
  } catch {
    return []
  }
}
