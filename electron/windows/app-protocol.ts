import { protocol, type Session } from 'electron'
import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { assetOf } from './asset-path.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'

/** Must run before the app is ready: `app://` is a secure origin of its own, and not `file://`. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: false } }])
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-read=()',
  'cache-control': 'no-store',
}

/**
 * Serves the built renderer, and nothing else, to one Chromium session. Resolves when it has given out the first file.
 *
 * By `registerBufferProtocol` and with files read at once: for `handle` Electron loads all of undici, 30 ms of the thread that makes the first screen, and
 * a file that is read in turns waits for what else this thread does at a start. It is deprecated, and there in all lines that this runs on (ADR 0122).
 */
export function serveApp(session: Session, root: string): Promise<void> {
  let began: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    began = resolve
  })
  session.protocol.registerBufferProtocol('app', ({ method, url }, answer) => {
    const file = method === 'GET' ? fileOf(url, root) : undefined
    answer(file ? { statusCode: 200, headers: { ...headers, 'content-type': file.type }, data: file.bytes } : { statusCode: 404, headers, data: Buffer.alloc(0) })
    // Electron takes the answer over first.
    setImmediate(began)
  })
  return begun
}

/** What is asked for, if it is there and ours to give. */
function fileOf(url: string, root: string): { readonly bytes: Buffer; readonly type: string } | undefined {
  const asset = assetOf(url, root)
  if (!asset) return undefined
  try {
    // A symbolic link that leads out of the folder is no asset.
    const real = realpathSync.native(asset.file)
    if (path.relative(realpathSync.native(root), real).startsWith('..')) return undefined
    return { bytes: readFileSync(real), type: asset.type }
  } catch {
    return undefined
  }
}
