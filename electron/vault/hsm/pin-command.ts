import type { Readable } from 'node:stream'
import { kindOf } from '../../../shared/errors.ts'
import { textIn } from '../../standard-input.ts'
import type { Keychain } from '../keychain.ts'
import { hsmPinAccount, refusedPinAccount } from './hsm-keys.ts'

/** PKCS#11 sets no bound; no token takes more. Bytes. */
const longestPin = 255

/**
 * `chartkeep --hsm-pin < FILE`: puts the token's PIN into the keychain of this account, where Chartkeep takes it from, and forgets that one was refused.
 * From standard input, so that it stands in no list of processes and no history. Gives the exit code.
 */
export async function hsmPinCommand(input: Readable, keychain: Keychain, say: (text: string) => void): Promise<number> {
  const pin = await firstLine(input)
  if (pin === undefined || pin === '') {
    say(`The PIN of the token is read from standard input: one line, up to ${longestPin} bytes.`)
    return 2
  }
  try {
    await keychain.set(hsmPinAccount, pin)
    await keychain.delete(refusedPinAccount)
    say('The PIN of the token is in the keychain of this account.')
    return 0
  } catch (error) {
    say(`The keychain did not take it: ${kindOf(error)}.`)
    return 1
  }
}

async function firstLine(input: Readable): Promise<string | undefined> {
  // With the end of a line as Windows writes it.
  const [line] = (await textIn(input, longestPin + 2))?.split(/\r?\n/) ?? []
  return line === undefined || Buffer.byteLength(line) > longestPin ? undefined : line
}
