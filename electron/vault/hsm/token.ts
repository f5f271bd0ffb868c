import { randomBytes } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import { CryptokiError, type Cryptoki, keyType, mechanism, mechanismFlag, objectClass, type ObjectHandle, rv, type SessionHandle, type Template, type TokenInfo } from './cryptoki.ts'
import type { KeyNaming, TokenName } from './job.ts'

/** A token that is there and open. Throws `hsm-*` kinds, `vault-corrupt` for what it did not wrap, and `CryptokiError`. */
export interface OpenToken {
  has(part: string): boolean
  /** A new key, made in the token and never to leave it; where one is shared, it must be there. */
  make(part: string): void
  /** AES-256-GCM under the part's key, bound to the part's name: format, IV, what is sealed, tag. */
  wrap(part: string, bytes: Uint8Array): Buffer
  unwrap(part: string, wrapped: Uint8Array): Buffer
  /** Destroys every key of that name, but not a shared one. Done too if there was none. */
  destroy(part: string): void
}

const format = 1
const ivBytes = 12
const tagBytes = 16
const keyBytes = 32
const mostTwins = 16

/** Finds the token and logs in: `logIn` does, or throws. */
export function openToken(cryptoki: Cryptoki, name: TokenName, { label, isShared }: KeyNaming, logIn: (session: SessionHandle, token: TokenInfo) => void): OpenToken {
  const token = theToken(cryptoki.tokens(), name)
  const gcm = mechanismFlag.encrypt | mechanismFlag.decrypt
  if ((cryptoki.mechanismFlags(token.slot, mechanism.aesGcm) & gcm) !== gcm) throw new ChartkeepError('hsm-unfit')
  const session = cryptoki.openSession(token.slot)
  logIn(session, token)

  const named = (part: string): Template => ({ class: objectClass.secretKey, label: Buffer.from(label), ...(isShared ? {} : { id: Buffer.from(part) }) })
  const found = (part: string) => cryptoki.find(session, named(part), mostTwins)

  /** Of a fault in the token or in whoever made the key for it: what can leave is worth no more than a file. */
  function leaves(key: ObjectHandle): boolean {
    if (cryptoki.claims(session, key, 'sensitive') !== true || cryptoki.claims(session, key, 'extractable') !== false) return true
    try {
      cryptoki.bytes(session, key, 'value').fill(0)
      return true
    } catch (error) {
      return !(error instanceof CryptokiError)
    }
  }

  function theKey(part: string): ObjectHandle {
    const [key, twin] = found(part)
    if (key === undefined) throw new ChartkeepError('hsm-key-missing')
    if (twin !== undefined) throw new ChartkeepError('hsm-ambiguous')
    if (leaves(key)) throw new ChartkeepError('hsm-unfit')
    return key
  }

  function seal(using: SessionHandle, key: ObjectHandle, part: string, bytes: Uint8Array): Buffer {
    const iv = randomBytes(ivBytes)
    const sealed = cryptoki.encrypt(using, key, iv, contextOf(part), bytes)
    return Buffer.concat([Buffer.of(format), iv, sealed])
  }

  function open(using: SessionHandle, key: ObjectHandle, part: string, wrapped: Uint8Array): Buffer {
    return cryptoki.decrypt(using, key, wrapped.slice(1, 1 + ivBytes), contextOf(part), wrapped.slice(1 + ivBytes))
  }

  /** What the token opens is what it sealed: nobody builds on a token that cannot do that. */
  function sealAndSee(using: SessionHandle, key: ObjectHandle, part: string, bytes: Uint8Array): Buffer {
    const wrapped = seal(using, key, part, bytes)
    const again = open(using, key, part, wrapped)
    const same = again.equals(bytes)
    again.fill(0)
    if (!same) throw new ChartkeepError('hsm-unfit')
    return wrapped
  }

  return {
    has: (part) => found(part).length > 0,
    make(part) {
      if (isShared) return void theKey(part)
      if (found(part).length > 0) throw new ChartkeepError('hsm-ambiguous')
      const key = cryptoki.generateAesKey(session, {
        ...named(part),
        keyType: keyType.aes,
        valueLength: keyBytes,
        token: true,
        private: true,
        sensitive: true,
        extractable: false,
        encrypt: true,
        decrypt: true,
        wrap: false,
        unwrap: false,
      })
      if (!leaves(key)) return
      cryptoki.destroy(session, key)
      throw new ChartkeepError('hsm-unfit')
    },
    wrap: (part, bytes) => sealAndSee(session, theKey(part), part, bytes),
    unwrap(part, wrapped) {
      if (wrapped[0] !== format || wrapped.length <= 1 + ivBytes + tagBytes) throw new ChartkeepError('vault-corrupt')
      const key = theKey(part)
      try {
        return open(session, key, part, wrapped)
      } catch (error) {
        if (!(error instanceof CryptokiError) || isGone(error.code)) throw error
        // Tokens have no common word for "not what I sealed": one that still opens its own is told from one that does not work any more.
        // In a session of its own: what failed may still be under way in this one.
        sealAndSee(cryptoki.openSession(token.slot), key, part, randomBytes(keyBytes))
        throw new ChartkeepError('vault-corrupt', {}, { cause: error })
      }
    },
    destroy: (part) => (isShared ? undefined : found(part).forEach((key) => cryptoki.destroy(session, key))),
  }
}

const gone: readonly number[] = [rv.deviceRemoved, rv.tokenNotPresent, rv.tokenNotRecognized, rv.slotIdInvalid, rv.sessionClosed, rv.sessionHandleInvalid]

/** Whether a return value says that the token was taken away. */
export function isGone(code: number): boolean {
  return gone.includes(code)
}

function theToken(tokens: readonly TokenInfo[], { label, serial }: TokenName): TokenInfo {
  const [token, twin] = tokens.filter((each) => (label === undefined || each.label === label) && (serial === undefined || each.serial === serial))
  if (token === undefined) throw new ChartkeepError('hsm-absent')
  if (twin !== undefined) throw new ChartkeepError('hsm-ambiguous')
  return token
}

/** What is sealed for one part opens for no other. */
function contextOf(part: string): Buffer {
  return Buffer.from(`chartkeep/hsm/${format}/${part}`)
}
