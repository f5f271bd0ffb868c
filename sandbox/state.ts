import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMissing } from '../shared/error-code.ts'
import { parsedJson } from '../shared/parsed-json.ts'

/** The folder that outlives a run: authority, keys, passwords, databases. */
export interface StateFolder {
  path: string
  /** Removed at close: it was made for this run alone. */
  isTemporary: boolean
}

/** Opens the folder named, or a temporary one. It holds keys: readable by its owner alone. */
export async function openStateFolder(path: string | undefined): Promise<StateFolder> {
  if (path === undefined) return { path: await mkdtemp(join(tmpdir(), 'chartkeep-sandbox-')), isTemporary: true }
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
  return { path, isTemporary: false }
}

export async function closeStateFolder(folder: StateFolder): Promise<void> {
  if (folder.isTemporary) await rm(folder.path, { recursive: true, force: true })
}

/** Writes a file whole or not at all: a reader never sees half of it, a crash never leaves half of it. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`
  try {
    await writeFile(draft, text, { mode, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

export async function writeJson(folder: StateFolder, name: string, value: unknown): Promise<void> {
  await writeWhole(join(folder.path, name), `${JSON.stringify(value, null, 2)}\n`)
}

/** Reads a JSON file of the folder. Undefined where it is absent or is not JSON: then it is made again. */
export async function readJson(folder: StateFolder, name: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(join(folder.path, name), 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  return parsedJson(text)
}
