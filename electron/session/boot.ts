import { readFileSync } from 'node:fs'

/** Another at each start of the machine (proc(5)). */
const bootIdOfLinux = '/proc/sys/kernel/random/boot_id'

/** Which start of the machine this is, in the first eight hex digits: a keychain holds little. Undefined where the system does not say. */
export function bootId(file = bootIdOfLinux): string | undefined {
  try {
    return /^[0-9a-f]{8}(?=-)/.exec(readFileSync(file, 'utf8'))?.[0]
  } catch {
    return undefined
  }
}
