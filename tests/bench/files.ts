import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../electron/records/cache/database.ts'
import { sealedRows } from '../../electron/records/cache/sealed-rows.ts'
import type { FileContext } from '../../electron/records/files/file-key.ts'
import { readHeader } from '../../electron/records/files/header.ts'
import { openFile } from '../../electron/records/files/open-file.ts'
import { sealFile } from '../../electron/records/files/seal-file.ts'
import { createFileShelf, keepWhole, partBytes } from '../../electron/records/files/shelf.ts'
import { chunkBytes, chunksOf, sealedChunkBytes } from '../../electron/records/files/stream.ts'
import { createKeyring } from '../../electron/records/keys/keyring.ts'
import { purposes } from '../../electron/records/keys/purposes.ts'
import { atLeast, atMost, type Figure, median } from './figures.ts'

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
  const kept = await readingKept(plain)
  const [seal, open, bareSeal, bareOpen] = [times.seal, times.open, times.bareSeal, times.bareOpen].map(median)
  if (seal === undefined || open === undefined || bareSeal === undefined || bareOpen === undefined) throw new Error('four were measured')
  return [
    atLeast('a file of 10 MB sealed, against bare node:crypto over its chunks', bareSeal / seal, '×', 0.5, bareSeal),
    atLeast('a file of 10 MB opened, against bare node:crypto over its chunks', bareOpen / open, '×', 0.5, bareOpen),
    atMost('a kept document of 10 MB read whole, against the same file plain', kept.ours, 'ms', 150, kept.plain),
  ]
}

/** Milliseconds to read a file by its parts out of a vault's own database, and to read the same from a plain file. */
async function readingKept(plain: Buffer): Promise<{ ours: number; plain: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-bench-files-'))
  const keyring = createKeyring(randomBytes(32), new Set(purposes))
  const { database } = openDatabase(folder, 'cache', keyring, 'normal')
  const rows = sealedRows({ database, name: 'cache', keyring, user: 'user', clock: { now: () => Date.now() }, damaged: 'drop' })
  try {
    const shelf = createFileShelf({ rows, keyring: () => keyring, user: 'user' })
    const address = { purpose: 'notes', patient: 'patient-1', what: 'document/1' } as const
    await keepWhole(shelf, address, plain, {}, Date.now())
    const path = join(folder, 'plain.bin')
    writeFileSync(path, plain)
    const [ours, theirs]: number[][] = [[], []]
    for (let round = 0; round < 15; round += 1) {
      const began = performance.now()
      const file = shelf.find(address)
      let bytes = 0
      for (let part = 0; part * partBytes < plain.length; part += 1) bytes += file?.part(part).length ?? 0
      ours?.push(performance.now() - began)
      if (bytes !== plain.length) throw new Error('it did not open whole')
      const reading = performance.now()
      readFileSync(path)
      theirs?.push(performance.now() - reading)
    }
    return { ours: median(ours ?? []), plain: median(theirs ?? []) }
  } finally {
    rows.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
