import { rmSync } from 'node:fs'
import { hsmFailure } from '../../../electron/vault/hsm/carry-out.ts'
import { CryptokiError, keyType, mechanism, objectClass, openCryptoki, type Template } from '../../../electron/vault/hsm/cryptoki.ts'
import { addressOf, functions, loadModule, ulongBytes } from '../../../electron/vault/hsm/native.ts'
import { openToken } from '../../../electron/vault/hsm/token.ts'

// Whoever sits in the same account, knows the token's PIN and speaks PKCS#11 themselves. Prints what they got, as JSON.
// node thief.ts MODULE LABEL PIN PART WHAT [MORE]
const [modulePath = '', label = '', pin = '', part = '', what = '', more = ''] = process.argv.slice(2)

const call = loadModule(modulePath, {
  ...functions,
  C_CreateObject: [20, 'unsigned long, CK_ATTRIBUTE *, unsigned long, _Out_ unsigned long *'],
  C_CopyObject: [21, 'unsigned long, unsigned long, CK_ATTRIBUTE *, unsigned long, _Out_ unsigned long *'],
  C_SetAttributeValue: [25, 'unsigned long, unsigned long, CK_ATTRIBUTE *, unsigned long'],
  C_WrapKey: [60, 'unsigned long, CK_MECHANISM *, unsigned long, unsigned long, void *, _Inout_ unsigned long *'],
})
const cryptoki = openCryptoki(call)
const { slot } = cryptoki.tokens().find((token) => token.label === label) ?? { slot: -1 }
const session = cryptoki.openSession(slot)
cryptoki.login(session, Buffer.from(pin))
const named: Template = { class: objectClass.secretKey, label: Buffer.from('Chartkeep'), id: Buffer.from(part) }
const [key = 0] = cryptoki.find(session, named, 1)

const extractable = 0x162
const yes = Buffer.of(1)
const makeExtractable = () => [{ type: extractable, value: addressOf(yes), length: yes.length }]

const refused = (work: () => unknown): string => {
  try {
    work()
    return 'given'
  } catch (error) {
    return error instanceof CryptokiError ? 'refused' : 'failed'
  }
}

function attempt(): unknown {
  const ordinary: Template = { keyType: keyType.aes, valueLength: 32, token: true, private: true, encrypt: true, decrypt: true }
  const opened = () => openToken(cryptoki, { label, serial: undefined }, { label: 'Chartkeep', isShared: false }, () => undefined)
  switch (what) {
    case 'read':
      return { value: refused(() => cryptoki.bytes(session, key, 'value')), sensitive: cryptoki.claims(session, key, 'sensitive'), extractable: cryptoki.claims(session, key, 'extractable') }
    case 'wrap-out': {
      const own = cryptoki.generateAesKey(session, { ...ordinary, token: false, wrap: true })
      const out = Buffer.alloc(256)
      const keyWrapPad = 0x210a
      return [mechanism.aesGcm, keyWrapPad].map((wrapping) => call('C_WrapKey', session, { mechanism: wrapping, parameter: null, length: 0 }, own, key, out, [out.length]) === 0)
    }
    case 'loosen':
      return { set: call('C_SetAttributeValue', session, key, makeExtractable(), 1) === 0, copy: call('C_CopyObject', session, key, makeExtractable(), 1, [0]) === 0 }
    case 'delete':
      return refused(() => cryptoki.destroy(session, key))
    case 'plant':
      return cryptoki.generateAesKey(session, { ...named, ...ordinary, sensitive: true, extractable: false }) > 0
    case 'plant-known':
      // Brought from outside, as one that is restored into a token is: by the same template, with its value.
      return openCryptoki((name, ...values) => (name === 'C_GenerateKey' ? call('C_CreateObject', values[0], values[2], values[3], values[4]) : call(name, ...values))).generateAesKey(session, { ...named, keyType: keyType.aes, value: Buffer.from(more, 'hex'), token: true, private: true, encrypt: true, decrypt: true, sensitive: true, extractable: false }) > 0
    case 'plant-loose':
      return cryptoki.generateAesKey(session, { ...named, ...ordinary, sensitive: false, extractable: true }) > 0
    case 'flip-every-byte': {
      const token = opened()
      const wrapped = token.wrap(part, Buffer.from(more, 'hex'))
      const failures = Array.from(wrapped, (_byte, at) => {
        const changed = Buffer.from(wrapped)
        changed.writeUInt8(wrapped.readUInt8(at) ^ 0x01, at)
        try {
          token.unwrap(part, changed)
          return 'opened'
        } catch (error) {
          return error instanceof Error ? error.message : 'failed'
        }
      })
      return [wrapped.length, [...new Set(failures)]]
    }
    case 'pull-out-under-way': {
      const token = opened()
      const wrapped = token.wrap(part, Buffer.alloc(48, 7))
      rmSync(more, { recursive: true })
      try {
        return ['opened', token.unwrap(part, wrapped).equals(Buffer.alloc(48, 7))]
      } catch (error) {
        return ['failed', hsmFailure(error)]
      }
    }
    default:
      throw new Error('no such attempt')
  }
}

process.stdout.write(JSON.stringify({ got: attempt(), ulongBytes }))
