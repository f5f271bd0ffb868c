import { protocol, type Session } from 'electron'
import { readFile, realpath } from 'node:fs/promises'
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

/** Serves the built renderer, and nothing else, to one Chromium session. Resolves when it has given out the first file. */
export function serveApp(session: Session, root: string): Promise<void> {
  let began: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    began = resolve
  })
  session.protocol.handle('app', async (request) => {
    const asset = request.method === 'GET' ? assetOf(request.url, root) : undefined
    if (!asset) return new Response(null, { status: 404, headers })
    try {
      // A symbolic link that leads out of the folder is no asset.
      const [real, realRoot] = await Promise.all([realpath(asset.file), realpath(root)])
      if (path.relative(realRoot, real).startsWith('..')) return new Response(null, { status: 404, headers })
      return new Response(await readFile(real), { headers: { ...headers, 'content-type': asset.type } })
    } catch {
      return new Response(null, { status: 404, headers })
    } finally {
      // Electron takes the answer over first.
      setImmediate(began)
    }
  })
  return begun
}
