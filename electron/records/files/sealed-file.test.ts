import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { exportJWK, generateKeyPair, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { EncryptionKey } from '../ehr-keys/encryption-keys.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { type FileContext, newFileKey, type RecipientKey, unwrapWithVault } from './file-key.ts'
import { readHeader } from './header.ts'
import { fileReader, openFile, openWithKey } from './open-file.ts'
import { headerFor, sealFile } from './seal-file.ts'
import { chunkBytes, chunkSealer, openChunk, sealedChunkBytes } from './stream.ts'
import { decodeAsRecipient } from './testing/decoder.ts'

const dek = randomBytes(32)
const keyring = createKeyring(Buffer.from(dek), new Set(purposes))
const ann = (): FileContext => ({ user: 'user-a', purpose: 'notes', patient: 'ann', id: randomUUID() })

async function sealed(context: FileContext, plain: Uint8Array, cuts: readonly number[] = [], recipients: readonly RecipientKey[] = []): Promise<Buffer> {
  const sealer = await sealFile({ context, keyring, recipients, now: 1_000 })
  const parts = [sealer.header]
  let at = 0
  for (const cut of [...cuts, plain.length]) {
    const end = Math.min(plain.length, Math.max(at, cut))
    parts.push(...sealer.take(plain.subarray(at, end)))
    at = end
  }
  return Buffer.concat([...parts, ...sealer.end()])
}

function opened(context: FileContext, file: Uint8Array, cuts: readonly number[] = [], by = keyring): Buffer {
  const reader = fileReader((header) => openFile(by, context, header))
  const plain: Buffer[] = []
  let at = 0
  for (const cut of [...cuts, file.length]) {
    const end = Math.min(file.length, Math.max(at, cut))
    plain.push(...reader.take(file.subarray(at, end)))
    at = end
  }
  return Buffer.concat([...plain, reader.end()])
}

function refusal(act: () => unknown): string {
  try {
    act()
    return 'opened'
  } catch (error) {
    return kindOf(error)
  }
}

/** Lengths around the edges of a chunk, where mistakes are. */
const edges = [0, 1, 15, 16, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 2 * chunkBytes + 7, 3 * chunkBytes]

async function recipient(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
  return { key: EncryptionKey.parse({ ...(await exportJWK(publicKey)), kid, use: 'enc', alg: 'ECDH-ES' }), secret: privateKey }
}

describe('a sealed file', () => {
  it.each(edges)('of %i bytes opens as it was, however it is cut on the way in and out', async (length) => {
    const [context, plain] = [ann(), randomBytes(length)]
    const file = await sealed(context, plain, [1, 17, chunkBytes - 3, chunkBytes, chunkBytes + 1])
    for (const cuts of [[], [1], [5, 11, 700, sealedChunkBytes, sealedChunkBytes + 600], [file.length - 1]]) expect(opened(context, file, cuts).equals(plain)).toBe(true)
  })

  it('says nothing of what is in it, and looks different each time', async () => {
    const [context, plain] = [ann(), Buffer.alloc(200_000, 'Vandermeer, Zoe ')]
    const [one, other] = [await sealed(context, plain), await sealed(context, plain)]
    for (const text of ['Vandermeer', 'ann', 'user-a', 'notes']) expect(one.includes(text)).toBe(false)
    const chunksOf = (file: Buffer) => file.subarray(readHeader(file)?.bytes)
    expect(chunksOf(one).equals(chunksOf(other))).toBe(false)
  })

  it('opens for no other patient, user, purpose, file or vault', async () => {
    const context = ann()
    const file = await sealed(context, randomBytes(100_000))
    const others: FileContext[] = [{ ...context, patient: 'bob' }, { ...context, user: 'user-b' }, { ...context, purpose: 'draft' }, { ...context, id: randomUUID() }]
    for (const other of others) expect(refusal(() => opened(other, file))).toBe('vault-corrupt')
    expect(refusal(() => opened(context, file, [], createKeyring(randomBytes(32), new Set(purposes))))).toBe('vault-corrupt')
    expect(refusal(() => opened(context, file, [], createKeyring(Buffer.from(dek), new Set(['chart']))))).toBe('not-permitted')
  })

  it('is bound to them in every chunk too, for who has the key', async () => {
    const context = ann()
    const key = newFileKey()
    const of = (other: FileContext) => ({ key, prefix: Buffer.alloc(7), context: Buffer.from(JSON.stringify(other)) })
    const chunk = Buffer.concat(chunkSealer(of(context)).next(Buffer.from('text'), true))
    expect(openChunk(of(context), 0, true, chunk).toString()).toBe('text')
    expect(refusal(() => openChunk(of({ ...context, patient: 'bob' }), 0, true, chunk))).toBe('vault-corrupt')
  })

  it('of a later version is left alone, and of none is none', async () => {
    const context = ann()
    const file = await sealed(context, randomBytes(10))
    for (const [version, kind] of [[2, 'vault-newer'], [0, 'vault-corrupt']] as const) {
      const other = Buffer.from(file)
      other.writeUInt16BE(version, 6)
      expect(refusal(() => opened(context, other))).toBe(kind)
    }
    for (const none of ['', 'C', 'CKFILE', '%PDF-1.7 and so on', '<html>']) expect(refusal(() => opened(context, Buffer.from(none)))).toBe('vault-corrupt')
  })
})

describe('a sealed file that somebody has changed', () => {
  it('gives the same bytes or a refusal, wherever one bit was flipped', async () => {
    const [context, plain] = [ann(), randomBytes(chunkBytes + 500)]
    const file = await sealed(context, plain)
    const header = readHeader(file)?.bytes ?? 0
    const places = fc.oneof(fc.nat(file.length - 1), fc.nat(header - 1), fc.nat(40).map((back) => file.length - 1 - back))
    fc.assert(
      fc.property(places, fc.nat(7), (place, bit) => {
        const changed = Buffer.from(file)
        changed[place] = (changed[place] ?? 0) ^ (1 << bit)
        expect(['vault-corrupt', 'vault-newer']).toContain(refusal(() => opened(context, changed)))
      }),
      { numRuns: 400, seed: 4 },
    )
  })

  it('is refused with its chunks in another order, one dropped, one twice, one of another file, and wherever it was cut off', async () => {
    const context = ann()
    const [file, twin] = [await sealed(context, randomBytes(4 * chunkBytes)), await sealed(context, randomBytes(4 * chunkBytes))]
    const start = readHeader(file)?.bytes ?? 0
    const chunks = (of: Buffer) => [0, 1, 2, 3].map((number) => of.subarray((readHeader(of)?.bytes ?? 0) + number * sealedChunkBytes).subarray(0, sealedChunkBytes))
    const [mine, theirs] = [chunks(file), chunks(twin)]
    const made = (...list: (Buffer | undefined)[]) => Buffer.concat([file.subarray(0, start), ...list.map((chunk) => chunk ?? Buffer.alloc(0))])
    expect(refusal(() => opened(context, made(...mine)))).toBe('opened')
    const wrong = fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7], { maxLength: 6 }).filter((list) => list.join() !== '0,1,2,3')
    fc.assert(
      fc.property(wrong, (list) => {
        expect(refusal(() => opened(context, made(...list.map((number) => [...mine, ...theirs][number]))))).toBe('vault-corrupt')
      }),
      { numRuns: 100, seed: 4 },
    )
    for (const end of [0, 5, start - 1, start, start + 1, start + sealedChunkBytes - 1, start + sealedChunkBytes, start + 2 * sealedChunkBytes, file.length - 1]) {
      expect(refusal(() => opened(context, file.subarray(0, end))), `cut at ${end}`).toBe('vault-corrupt')
    }
    expect(refusal(() => opened(context, Buffer.concat([file, Buffer.alloc(1)])))).toBe('vault-corrupt')
  })

  it('is refused under the header of another file of the same patient', async () => {
    const context = ann()
    const [file, other] = [await sealed(context, randomBytes(100)), await sealed(context, randomBytes(100))]
    const at = (of: Buffer) => readHeader(of)?.bytes ?? 0
    expect(refusal(() => opened(context, Buffer.concat([other.subarray(0, at(other)), file.subarray(at(file))])))).toBe('vault-corrupt')
  })
})

describe('the nonces of a file', () => {
  it('do not repeat, whatever its length: it counts by itself, ends once, and is never gone on with', async () => {
    const secret = { key: randomBytes(32), prefix: randomBytes(7), context: Buffer.alloc(0) }
    // The same plain bytes under the same key: equal ciphertexts would mean equal nonces.
    const sealer = chunkSealer(secret)
    const seen = new Set<string>()
    const plain = Buffer.alloc(chunkBytes)
    for (let number = 0; number < 300; number += 1) seen.add(sealer.next(plain, number === 299)[0].toString('latin1', 0, 64))
    expect(seen.size).toBe(300)
    expect(() => sealer.next(plain, true)).toThrow('has ended')
    const ended = await sealFile({ context: ann(), keyring, recipients: [], now: 1 })
    ended.end()
    expect(() => ended.end()).toThrow('has ended')
    expect(() => ended.take(Buffer.alloc(3 * chunkBytes))).toThrow('has ended')
  })

  it('are under a key that no other file has', async () => {
    const context = ann()
    const keys = new Set<string>()
    for (let time = 0; time < 50; time += 1) {
      const header = readHeader((await sealFile({ context, keyring, recipients: [], now: 1 })).header)
      keys.add(unwrapWithVault(keyring, context, header?.header.wrapped ?? [])?.toString('hex') ?? 'none')
    }
    expect(keys.size).toBe(50)
    expect(keys.has('none')).toBe(false)
  })
})

describe('a recipient elsewhere', () => {
  it.each(edges)('opens %i bytes with their own key, by the description alone, and learns whose they are', async (length) => {
    const [context, plain, ehr] = [ann(), randomBytes(length), await recipient('ehr-1')]
    const file = await sealed(context, plain, [], [ehr.key])
    const decoded = await decodeAsRecipient(file, 'ehr-1', ehr.secret)
    expect(decoded.plain.equals(plain)).toBe(true)
    expect(decoded).toMatchObject({ patient: 'ann', user: 'user-a' })
  })

  it('that is not one does not', async () => {
    const [ehr, other] = [await recipient('ehr-1'), await recipient('ehr-1')]
    const file = await sealed(ann(), randomBytes(10), [], [ehr.key])
    await expect(decodeAsRecipient(file, 'ehr-1', other.secret)).rejects.toThrow()
    await expect(importJWK(ehr.key, 'ECDH-ES').then((key) => (key instanceof Uint8Array ? undefined : decodeAsRecipient(file, 'ehr-1', key)))).rejects.toThrow()
  })

  it('is put in the place of the vault later without sealing the file again, and by nobody who has not the key', async () => {
    const [context, plain, ehr] = [ann(), randomBytes(100_000), await recipient('ehr-1')]
    const file = await sealed(context, plain)
    const read = readHeader(file)
    const fileKey = read && unwrapWithVault(keyring, context, read.header.wrapped)
    if (read === undefined || fileKey === undefined) throw new Error('it does not open')
    const more = Buffer.concat([await headerFor(read, context, fileKey, [ehr.key]), file.subarray(read.bytes)])
    expect((await decodeAsRecipient(more, 'ehr-1', ehr.secret)).plain.equals(plain)).toBe(true)
    // What this workstation's vault opens is nothing that anybody else needs.
    expect(more.includes('"for":"vault"')).toBe(false)
    const forged = Buffer.concat([await headerFor(read, context, newFileKey(), [ehr.key]), file.subarray(read.bytes)])
    await expect(decodeAsRecipient(forged, 'ehr-1', ehr.secret)).rejects.toThrow()
  })

  it('finds no other content under another key: a header goes with one key alone', async () => {
    const context = ann()
    const read = readHeader(await sealed(context, randomBytes(10)))
    if (read === undefined) throw new Error('no header')
    expect(refusal(() => openWithKey(newFileKey(), context, read))).toBe('vault-corrupt')
  })
})
