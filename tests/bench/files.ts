import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import type { FileContext } from '../../electron/records/files/file-key.ts'
import { readHeader } from '../../electron/records/files/header.ts'
import { openFile } from '../../electron/records/files/open-file.ts'
import { sealFile } from '../../electron/records/files/seal-file.ts'
import { chunkBytes, chunksOf, sealedChunkBytes } from '../../electron/records/files/stream.ts'
import { createKeyring } from '../../electron/records/keys/keyring.ts'
import { purposes } from '../../electron/records/keys/purposes.ts'
import { atLeast, type Figure, median } from './figures.ts'

/** A scanned letter of some pages, as it comes over the wire. Bytes. */
const fileBytes = 10 * 1024 * 1024
const pieceBytes = 64 * 1024
const rounds = 41

/** Sealing and opening a file by its chunks, against the bare calls of node:crypto over the same chunks: in this process. */
export async function benchFiles(): Promise<readonly Figure[]> {
  const keyring = createKeyring(randomBytes(32), new Set(purposes))
  const context: FileContext = { user: 'abcdefghijklmnopqrstuvwxyz', purpose: 'notes', patient: 'patient-1', id: randomUUID() }
  const plain = randomBytes(fileBytes)
  const times = { seal: [] as number[], open: [] as number[], bareSeal: [] as number[], bareOpen: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const sealing = performance.now()
    const sealer = await sealFile({ context, keyring, recipients: [], now: 1 })
    const sealed = [sealer.header]
    for (let at = 0; at < fileBytes; at += pieceBytes) sealed.push(...sealer.take(plain.subarray(at, at + pieceBytes)))
    sealed.push(...sealer.end())
    times.seal.push(performance.now() - sealing)

    // As it is kept: a chunk to a row.
    const file = Buffer.concat(sealed)
    const header = readHeader(file)
    if (header === undefined) throw new Error('it has a header')
    const opening = performance.now()
    const opened = openFile(keyring, context, header)
    let bytes = 0
    for (let number = 0; number < chunksOf(fileBytes); number += 1) {
      const at = header.bytes + number * sealedChunkBytes
      bytes += opened.chunk(number, number === chunksOf(fileBytes) - 1, file.subarray(at, at + sealedChunkBytes)).length
    }
    opened.forget()
    times.open.push(performance.now() - opening)
    if (bytes !== fileBytes) throw new Error('it did not open whole')

    const key = randomBytes(32)
    const nonce = randomBytes(12)
    const bareSealing = performance.now()
    const bare: [Buffer, Buffer][] = []
    for (let at = 0; at < fileBytes; at += chunkBytes) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const text = cipher.update(plain.subarray(at, at + chunkBytes))
      cipher.final()
      bare.push([text, cipher.getAuthTag()])
    }
    times.bareSeal.push(performance.now() - bareSealing)
    const bareOpening = performance.now()
    for (const [text, tag] of bare) {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAuthTag(tag)
      decipher.update(text)
      decipher.final()
    }
    times.bareOpen.push(performance.now() - bareOpening)
  }
  const [seal, open, bareSeal, bareOpen] = [times.seal, times.open, times.bareSeal, times.bareOpen].map(median)
  if (seal === undefined || open === undefined || bareSeal === undefined || bareOpen === undefined) throw new Error('four were measured')
  return [
    atLeast('a file of 10 MB sealed, against bare node:crypto over its chunks', bareSeal / seal, '×', 0.5, bareSeal),
    atLeast('a file of 10 MB opened, against bare node:crypto over its chunks', bareOpen / open, '×', 0.5, bareOpen),
  ]
}
