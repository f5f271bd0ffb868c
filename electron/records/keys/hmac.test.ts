import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmacSha256 } from './hmac.ts'

it('HMAC of two hashes is the HMAC of RFC 2104, whatever its length and whatever came before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.array(fc.uint8Array({ maxLength: 2_000 }), { minLength: 1, maxLength: 5 }), (key, messages) => {
      const hmac = hmacSha256(Buffer.from(key))
      for (const message of messages) expect(hmac.of(message)).toEqual(createHmac('sha256', key).update(message).digest())
    }),
  )
})

it('HMAC forgets its key', () => {
  const key = randomBytes(32)
  const hmac = hmacSha256(key)
  expect(key.every((byte) => byte === 0)).toBe(true)
  const before = hmac.of(Buffer.from('x'))
  hmac.forget()
  expect(hmac.of(Buffer.from('x'))).not.toEqual(before)
})
