import { fstatSync } from 'node:fs'
import { mkdir, open, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../sync-folder.ts'
import { auditFormat } from './format.ts'

const lineFeed = 0x0a

/** One file of the chain, open for appending. */
export interface ChainFile {
  size(): Promise<number>
  /** Writes all of it or rejects; part of it may then be in the file. */
  append(bytes: Uint8Array): Promise<void>
  /** Resolves when everything appended survives a loss of power. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Where the chain lies. Rejects with the file system's own errors. */
export interface ChainDisk {
  /** Numbers of the files that are there, ascending. */
  numbers(): Promise<readonly number[]>
  read(file: number): Promise<Buffer>
  /** Its first and its last line, each whole and with what else came along. */
  edges(file: number): Promise<{ readonly first: Buffer; readonly last: Buffer }>
  /** Opens a file, made durable in its folder where it is new. */
  open(file: number): Promise<ChainFile>
  /** Keeps bytes that are no entry beside the chain, then cuts them off it. */
  setAside(file: number, from: number, bytes: Uint8Array): Promise<void>
  cut(file: number, size: number): Promise<void>
  /** Resolves when it is gone for good. */
  remove(file: number): Promise<void>
}

/** The folder of the chain on this machine: 0700, its files 0600. */
export function chainFolder(folder: string): ChainDisk {
  const pathOf = (file: number) => join(folder, `chain-${file}.jsonl`)

  async function cut(file: number, size: number): Promise<void> {
    await truncate(pathOf(file), size)
    const handle = await open(pathOf(file), 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  return {
    async numbers() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const found = (await readdir(folder)).map((name) => Number(auditFormat.fileName.exec(name)?.[1] ?? 0))
      return found.filter((number) => number > 0).sort((a, b) => a - b)
    },
    read: (file) => readFile(pathOf(file)),
    edges: (file) => edgesOf(pathOf(file)),
    async open(file) {
      const handle = await open(pathOf(file), 'a', 0o600)
      await syncFolder(folder)
      return {
        // A few microseconds of an open file, where a turn through the thread pool would double the time of an entry.
        size: async () => fstatSync(handle.fd).size,
        append: (bytes) => handle.appendFile(bytes),
        sync: () => handle.datasync(),
        close: () => handle.close(),
      }
    },
    async setAside(file, from, bytes) {
      await writeFile(join(folder, `chain-${file}.torn-${from}`), bytes, { mode: 0o600, flush: true })
      await cut(file, from)
    },
    cut,
    async remove(file) {
      await unlink(pathOf(file))
      await syncFolder(folder)
    },
  }
}

/** Longer than nearly any line. Bytes. */
const firstLook = 8_192

async function edgesOf(path: string): Promise<{ readonly first: Buffer; readonly last: Buffer }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    for (let length = firstLook; ; length *= 8) {
      const piece = Math.min(length, size)
      const [first, last] = [Buffer.alloc(piece), Buffer.alloc(piece)]
      await handle.read(first, 0, piece, 0)
      await handle.read(last, 0, piece, size - piece)
      // The last line ends with a line feed, and begins after another.
      if (piece === size || (first.includes(lineFeed) && last.lastIndexOf(lineFeed, piece - 2) !== -1)) return { first, last }
    }
  } finally {
    await handle.close()
  }
}
