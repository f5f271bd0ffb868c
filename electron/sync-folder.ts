import { open } from 'node:fs/promises'

/** Makes a new name in a folder durable. Windows keeps names in the journal and cannot sync a folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
