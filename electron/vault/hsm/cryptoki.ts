import { addressOf, type Call, encodeGcmParameters, type FunctionName, ulongBytes } from './native.ts'

/** Return values that mean something to us (PKCS#11 v2.40, section 5.1.6 and pkcs11t.h). */
export const rv = {
  ok: 0x0,
  slotIdInvalid: 0x3,
  attributeReadOnly: 0x10,
  attributeTypeInvalid: 0x12,
  attributeValueInvalid: 0x13,
  deviceRemoved: 0x32,
  functionNotSupported: 0x54,
  keyFunctionNotPermitted: 0x68,
  mechanismInvalid: 0x70,
  mechanismParameterInvalid: 0x71,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLengthRange: 0xa2,
  pinExpired: 0xa3,
  pinLocked: 0xa4,
  sessionClosed: 0xb0,
  sessionHandleInvalid: 0xb3,
  templateIncomplete: 0xd0,
  templateInconsistent: 0xd1,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  tokenWriteProtected: 0xe2,
  userAlreadyLoggedIn: 0x100,
  userPinNotInitialized: 0x102,
  cryptokiAlreadyInitialized: 0x191,
  functionRejected: 0x200,
} as const

export const mechanism = { aesKeyGen: 0x1080, aesGcm: 0x1087 } as const
export const mechanismFlag = { encrypt: 0x100, decrypt: 0x200, generate: 0x8000 } as const
export const tokenFlag = { loginRequired: 0x4, protectedAuthenticationPath: 0x100, tokenInitialized: 0x400, pinFinalTry: 0x20000, pinLocked: 0x40000 } as const

/** Attributes of a key, and how their values are written. */
const attribute = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  value: 0x11,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  wrap: 0x106,
  unwrap: 0x107,
  valueLength: 0x161,
  extractable: 0x162,
} as const
type AttributeName = keyof typeof attribute
/** A number is a `CK_ULONG`, a claim a `CK_BBOOL`. */
export type Template = Readonly<Partial<Record<AttributeName, number | boolean | Uint8Array>>>

export const objectClass = { secretKey: 0x4 } as const
export const keyType = { aes: 0x1f } as const

/** A function of the module refused. Its message is the function and the code: neither tells anything of a key or a PIN. */
export class CryptokiError extends Error {
  readonly code: number

  constructor(name: FunctionName, code: number) {
    super(`${name}: 0x${code.toString(16)}`)
    this.name = 'CryptokiError'
    this.code = code
  }
}

export interface TokenInfo {
  readonly slot: number
  readonly label: string
  readonly serial: string
  /** Bits of `tokenFlag`. */
  readonly flags: number
}

/** A session of a token, and an object in it: numbers that the module gave. */
export type SessionHandle = number
export type ObjectHandle = number

/** What we ask of PKCS#11. Every function throws a `CryptokiError` when the module refuses. */
export interface Cryptoki {
  /** The tokens that are there now, initialised ones alone. */
  tokens(): readonly TokenInfo[]
  /** Bits of `mechanismFlag`; 0 if the token does not have the mechanism. */
  mechanismFlags(slot: number, mechanism: number): number
  openSession(slot: number): SessionHandle
  /** As the user. Without a PIN the token asks for it itself, on a key pad of its own. */
  login(session: SessionHandle, pin: Uint8Array | undefined): void
  generateAesKey(session: SessionHandle, template: Template): ObjectHandle
  /** At most `limit` of them. */
  find(session: SessionHandle, template: Template, limit: number): readonly ObjectHandle[]
  destroy(session: SessionHandle, object: ObjectHandle): void
  /** A claim about an object; `undefined` where the token does not say. */
  claims(session: SessionHandle, object: ObjectHandle, name: AttributeName): boolean | undefined
  /** The bytes of an attribute. A key that cannot leave refuses its `value`. */
  bytes(session: SessionHandle, object: ObjectHandle, name: AttributeName): Buffer
  /** AES-GCM, tag of 16 bytes at the end. The IV is what the token used: some write their own over the one they are given. */
  encrypt(session: SessionHandle, key: ObjectHandle, iv: Uint8Array, additional: Uint8Array, plain: Uint8Array): Buffer
  decrypt(session: SessionHandle, key: ObjectHandle, iv: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Buffer
}

const tagBytes = 16
const readWriteSerial = 0x2 | 0x4
const asUser = 1

/** Initialises the module; once for a process. */
export function openCryptoki(call: Call): Cryptoki {
  function must(name: FunctionName, ...values: readonly unknown[]): void {
    const code = call(name, ...values)
    if (code !== rv.ok) throw new CryptokiError(name, code)
  }

  function withTemplate<T>(template: Template, act: (attributes: readonly unknown[]) => T): T {
    const values = Object.entries(template).map(([name, value]) => [attribute[name as AttributeName], encoded(value)] as const)
    const outcome = act(values.map(([type, bytes]) => ({ type, value: addressOf(bytes), length: bytes.length })))
    // They must be there until the module has read them: this mention keeps them.
    values.length = 0
    return outcome
  }

  function withGcm<T>(iv: Uint8Array, additional: Uint8Array, act: (mechanism: unknown) => T): T {
    const parameters = encodeGcmParameters(iv, additional, tagBytes * 8)
    const outcome = act({ mechanism: mechanism.aesGcm, parameter: addressOf(parameters), length: parameters.length })
    parameters.fill(0)
    return outcome
  }

  function crypt(name: 'C_Encrypt' | 'C_Decrypt', session: SessionHandle, input: Uint8Array): Buffer {
    const output = Buffer.alloc(input.length + 2 * tagBytes)
    const length = [output.length]
    must(name, session, input, input.length, output, length)
    return output.subarray(0, length[0])
  }

  const started = call('C_Initialize', null)
  if (started !== rv.ok && started !== rv.cryptokiAlreadyInitialized) throw new CryptokiError('C_Initialize', started)

  return {
    tokens() {
      const present = 1
      const count = [0]
      must('C_GetSlotList', present, null, count)
      const slots = Array.from({ length: count[0] ?? 0 }, () => 0)
      if (slots.length > 0) must('C_GetSlotList', present, slots, count)
      return slots.slice(0, count[0]).flatMap((slot) => {
        const info = tokenInfo(call, slot)
        return info === undefined || (info.flags & tokenFlag.tokenInitialized) === 0 ? [] : [info]
      })
    },
    mechanismFlags(slot, wanted) {
      const info: { flags?: number | bigint } = {}
      return call('C_GetMechanismInfo', slot, wanted, info) === rv.ok ? Number(info.flags) : 0
    },
    openSession(slot) {
      const session = [0]
      must('C_OpenSession', slot, readWriteSerial, null, null, session)
      return Number(session[0])
    },
    login(session, pin) {
      const code = call('C_Login', session, asUser, pin ?? null, pin?.length ?? 0)
      if (code !== rv.ok && code !== rv.userAlreadyLoggedIn) throw new CryptokiError('C_Login', code)
    },
    generateAesKey: (session, template) =>
      withTemplate(template, (attributes) => {
        const key = [0]
        must('C_GenerateKey', session, { mechanism: mechanism.aesKeyGen, parameter: null, length: 0 }, attributes, attributes.length, key)
        return Number(key[0])
      }),
    find: (session, template, limit) =>
      withTemplate(template, (attributes) => {
        must('C_FindObjectsInit', session, attributes, attributes.length)
        const found = Array.from({ length: limit }, () => 0)
        const count = [0]
        must('C_FindObjects', session, found, limit, count)
        must('C_FindObjectsFinal', session)
        return found.slice(0, count[0])
      }),
    destroy: (session, object) => must('C_DestroyObject', session, object),
    claims(session, object, name) {
      const value = Buffer.alloc(1)
      const attributes = [{ type: attribute[name], value: addressOf(value), length: value.length }]
      return call('C_GetAttributeValue', session, object, attributes, 1) === rv.ok ? value[0] === 1 : undefined
    },
    bytes(session, object, name) {
      const value = Buffer.alloc(1_024)
      const attributes = [{ type: attribute[name], value: addressOf(value), length: value.length }]
      must('C_GetAttributeValue', session, object, attributes, 1)
      return value.subarray(0, Number(attributes[0]?.length))
    },
    encrypt: (session, key, iv, additional, plain) =>
      withGcm(iv, additional, (gcm) => {
        must('C_EncryptInit', session, gcm, key)
        return crypt('C_Encrypt', session, plain)
      }),
    decrypt: (session, key, iv, additional, sealed) =>
      withGcm(iv, additional, (gcm) => {
        must('C_DecryptInit', session, gcm, key)
        return crypt('C_Decrypt', session, sealed)
      }),
  }
}

/** The token in a slot; nothing if it was taken out since the slots were counted. */
function tokenInfo(call: Call, slot: number): TokenInfo | undefined {
  const info: { label?: Uint8Array; serial?: Uint8Array; flags?: number | bigint } = {}
  if (call('C_GetTokenInfo', slot, info) !== rv.ok) return undefined
  return { slot, label: padded(info.label), serial: padded(info.serial), flags: Number(info.flags) }
}

/** PKCS#11's texts have a fixed length, are padded with blanks and end with no zero. */
function padded(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8').replace(/[\s\0]+$/, '')
}

function encoded(value: number | boolean | Uint8Array): Uint8Array {
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0)
  if (typeof value !== 'number') return value
  const bytes = Buffer.alloc(ulongBytes)
  // All that PKCS#11 runs on here is little-endian.
  bytes.writeUInt32LE(value)
  return bytes
}
