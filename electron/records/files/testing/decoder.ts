import { webcrypto } from 'node:crypto'
import { compactDecrypt, type CryptoKey } from 'jose'

const { subtle } = webcrypto

/** Bytes of the file and what it is bound to, as a recipient elsewhere gets them. */
export interface Decoded {
  readonly plain: Buffer
  readonly patient: string
  readonly user: string
}

/**
 * Opens a sealed file as a recipient elsewhere would, from the description in ADR 0109 alone: Web Crypto and jose, and not a line of what sealed it.
 * Throws at whatever does not fit.
 */
export async function decodeAsRecipient(sealed: Buffer, kid: string, secret: CryptoKey): Promise<Decoded> {
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (sealed.toString('latin1', 0, 6) !== 'CKFILE' || view.getUint16(6) !== 1) throw new Error('no sealed file of version 1')
  const headerEnd = 12 + view.getUint32(8)
  // Its own shape is checked by what is done with it.
  const header = JSON.parse(sealed.toString('utf8', 12, headerEnd)) as { id: string; chunk: number; prefix: string; wrapped: { for: string; kid?: string; jwe?: string }[] }
  const { jwe = '' } = header.wrapped.find((one) => one.for === 'recipient' && one.kid === kid) ?? {}
  const { plaintext } = await compactDecrypt(jwe, secret, { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] })
  const told = JSON.parse(new TextDecoder().decode(plaintext)) as { key: string; user: string; purpose: string; patient: string; id: string; format: string }
  if (told.id !== header.id) throw new Error('the key of another file')
  const fileKey = await subtle.importKey('raw', Buffer.from(told.key, 'base64url'), 'HKDF', false, ['deriveKey'])
  const derive = (info: string, type: webcrypto.AesKeyGenParams | webcrypto.HmacKeyGenParams, usage: 'decrypt' | 'verify') =>
    subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: Buffer.from(`chartkeep-file/1/${info}`) }, fileKey, type, false, [usage])
  const macKey = await derive('header', { name: 'HMAC', hash: 'SHA-256', length: 256 }, 'verify')
  if (!(await subtle.verify('HMAC', macKey, sealed.subarray(headerEnd, headerEnd + 32), sealed.subarray(0, headerEnd)))) throw new Error('the header was changed')
  const key = await derive('content', { name: 'AES-GCM', length: 256 }, 'decrypt')
  const additionalData = Buffer.from(JSON.stringify(['chartkeep-file/1', told.user, told.purpose, told.patient, told.id, header.chunk]))
  const chunks = sealed.subarray(headerEnd + 32)
  const size = header.chunk + 16
  const count = Math.max(1, Math.ceil(chunks.length / size))
  const plain: Buffer[] = []
  for (let number = 0; number < count; number += 1) {
    const iv = Buffer.concat([Buffer.from(header.prefix, 'base64url'), Buffer.from([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255, number === count - 1 ? 1 : 0])])
    plain.push(Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData, tagLength: 128 }, key, chunks.subarray(number * size, (number + 1) * size))))
  }
  return { plain: Buffer.concat(plain), patient: told.patient, user: told.user }
}
