import type { Readable } from 'node:stream'
import { z } from 'zod'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { textIn } from '../../standard-input.ts'

/** The part of the keychain that is used (electron/vault/keychain.ts). */
export interface S3Keychain {
  get(account: string): Promise<string | undefined>
  set(account: string, secret: string): Promise<void>
}

const S3Key = z.strictObject({ id: z.string().regex(/^[\x21-\x7e]{1,128}$/), secret: z.string().regex(/^[\x21-\x7e]{1,256}$/) })
export type S3Key = z.infer<typeof S3Key>

/** Where IT puts the access key of the bucket. */
export const s3KeyAccount = 'audit-s3-key'

/** The key, where one was put. Rejects with the keychain's kinds. */
export async function readS3Key(keychain: Pick<S3Keychain, 'get'>): Promise<S3Key | undefined> {
  const stored = await keychain.get(s3KeyAccount)
  if (stored === undefined) return undefined
  const key = S3Key.safeParse(parsedJson(stored))
  if (!key.success) throw new ChartkeepError('keychain-corrupt')
  return key.data
}

/** Both lines, with their ends: what is longer is no key. Bytes. */
const longest = 400

/**
 * `chartkeep --audit-s3-key < FILE`: puts the access key of the bucket into the keychain of this account. Two lines on standard input,
 * the id and the secret, so that neither stands in a list of processes or a history. Gives the exit code.
 */
export async function s3KeyCommand(input: Readable, keychain: Pick<S3Keychain, 'set'>, say: (text: string) => void): Promise<number> {
  const [id, secret, ...more] = ((await textIn(input, longest)) ?? '').split(/\r?\n/)
  const key = S3Key.safeParse({ id, secret })
  if (!key.success || more.some((line) => line !== '')) {
    say('The access key is read from standard input: its id on the first line, its secret on the second.')
    return 2
  }
  try {
    await keychain.set(s3KeyAccount, JSON.stringify(key.data))
    say('The access key of the bucket is in the keychain of this account.')
    return 0
  } catch (error) {
    say(`The keychain did not take it: ${kindOf(error)}.`)
    return 1
  }
}
