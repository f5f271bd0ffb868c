import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EncryptionKeys, openEncryptionKeys } from './keys.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'chartkeep-audit-keys-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

const open = () => openEncryptionKeys({ path, isTemporary: false }, 'audit-keys.json', { now: () => 1_000 })
async function seal(text: string, jwk: JWK, header: { alg?: string; enc?: string; kid?: string } = {}): Promise<string> {
  const { alg = 'ECDH-ES', enc = 'A256GCM', kid = jwk.kid ?? '' } = header
  return new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader({ alg, enc, kid }).encrypt(await importJWK(jwk, alg))
}
function keyOf(keys: EncryptionKeys) {
  const [key] = keys.published().keys
  if (key === undefined) throw new Error('no key is published')
  return key
}

describe('the key that clients encrypt to', () => {
  it('is published without its private half, for encryption and nothing else', async () => {
    const key = keyOf(await open())
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'enc', alg: 'ECDH-ES' })
  })

  it('opens what was encrypted to it', async () => {
    const keys = await open()
    expect(await keys.open(await seal('Vandermeer, Vera — überfällig', keyOf(keys)))).toBe('Vandermeer, Vera — überfällig')
  })

  it('is another after a rotation; what was encrypted to the old one is still read, after a restart too', async () => {
    const keys = await open()
    const old = keyOf(keys)
    const sealed = await seal('before', old)
    const kid = await keys.rotate()
    expect(keys.published().keys.map((key) => key.kid)).toEqual([kid])
    expect(kid).not.toBe(old.kid)
    const late = await seal('by a client that has not looked yet', old)
    const restarted = await open()
    expect(restarted.published()).toEqual(keys.published())
    expect(await restarted.open(sealed)).toBe('before')
    expect(await restarted.open(late)).toBe('by a client that has not looked yet')
  })

  it('stays in a file for its owner alone', async () => {
    await open()
    const file = join(path, 'audit-keys.json')
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect(await readFile(file, 'utf8')).toContain('"d"')
  })
})

describe('what was not encrypted to these keys', () => {
  it('is not opened, and says no more than that', async () => {
    const keys = await open()
    const key = keyOf(keys)
    const path2 = await mkdtemp(join(tmpdir(), 'chartkeep-audit-keys-'))
    const other = keyOf(await openEncryptionKeys({ path: path2, isTemporary: true }, 'audit-keys.json', { now: () => 1_000 }))
    await rm(path2, { recursive: true, force: true })
    const good = await seal('text', key)
    const parts = good.split('.')
    const changed = [...parts.slice(0, 3), `${(parts[3] ?? '').slice(0, -1)}${parts[3]?.endsWith('A') ? 'Q' : 'A'}`, parts[4]].join('.')
    for (const jwe of ['', 'a.b.c.d.e', 'not a jwe', changed, await seal('text', other), await seal('text', other, { kid: key.kid }), await seal('text', key, { kid: 'unknown' }), await seal('text', key, { enc: 'A128CBC-HS256' }), await seal('text', key, { alg: 'ECDH-ES+A128KW' })]) {
      expect(await keys.open(jwe)).toBeUndefined()
    }
  })
})
