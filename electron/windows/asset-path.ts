import path from 'node:path'

/** The one origin of our pages. */
export const appOrigin = 'app://chartkeep'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

export interface Asset {
  readonly file: string
  readonly type: string
}

/**
 * The file under `root` that an `app://chartkeep/…` URL names, or nothing: anything but plain names of known types is
 * refused, so that no spelling of `..` has to be recognised. Symbolic links are the caller's to refuse (by real path).
 */
export function assetOf(url: string, root: string): Asset | undefined {
  // Chromium normalises before we see it; we judge what is left by an alphabet, not by a list of tricks.
  if (!url.startsWith(`${appOrigin}/`)) return undefined
  const bare = url.slice(appOrigin.length + 1).replace(/[?#].*$/s, '')
  const relative = bare === '' ? 'index.html' : bare
  if (!/^(?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(relative) || relative.includes('..')) return undefined
  const type = types[path.posix.extname(relative)]
  return type === undefined ? undefined : { file: path.join(root, relative), type }
}
