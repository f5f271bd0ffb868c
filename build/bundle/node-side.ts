import { build } from 'esbuild'
import type { BuildOptions, Plugin } from 'esbuild'
import { join } from 'node:path'

/** Modules with a binary inside: they stay in `node_modules`, and what is built refers to them. */
const native = ['electron', 'keytar', 'libsql', '@node-rs/argon2', 'koffi']

/** The line of Node in the oldest Electron that this runs on (33: Node 20.18). */
const target = 'node20.18'

/** zod's own messages in all languages: nobody reads them, and main would load 250 KB of them before its first screen. English, its default, it asks for by itself. */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {}' }))
  },
}

/** electron-log's way to send lines to a server: it is off, nothing here may turn it on, and Node's HTTP and TLS would be loaded for it before the first screen. */
const withoutRemoteLog: Plugin = {
  name: 'without-remote-log',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]electron-log[\\/]src[\\/]node[\\/]transports[\\/]remote\.js$/ }, () => ({ contents: 'module.exports = () => Object.assign(() => {}, { level: false, transforms: [] })' }))
  },
}

const shared: BuildOptions = {
  bundle: true,
  minify: true,
  // Names stay in stacks and in the kinds of errors.
  keepNames: true,
  sourcemap: 'external',
  target,
  platform: 'node',
  external: native,
  plugins: [withoutLocales, withoutRemoteLog],
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
}

/**
 * CommonJS libraries inside an ES module still call `require`, for Node's own modules, and some read `__filename`
 * (write-file-atomic names its drafts by it, and fails without).
 */
const requireBanner =
  "import{createRequire as __createRequire}from'node:module';import{fileURLToPath as __fileURLToPath}from'node:url';" +
  'const require=__createRequire(import.meta.url);const __filename=__fileURLToPath(import.meta.url);'

/** How main, records, the clerk and the HSM's process are built out of the project at `root`. */
export const processes = (root: string): BuildOptions => ({
  ...shared,
  entryPoints: { main: join(root, 'electron/main.ts'), records: join(root, 'electron/records/main.ts'), clerk: join(root, 'electron/auth/clerk/main.ts'), hsm: join(root, 'electron/vault/hsm/main.ts') },
  format: 'esm',
  // What is imported when it is needed stays out of what is loaded at start.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  banner: { js: requireBanner },
})

/** Builds main, records, the clerk, the HSM's process and the preload of the project at `root` into `folder`. */
export async function buildNodeSide(root: string, folder: string): Promise<void> {
  await Promise.all([
    build({ ...processes(root), outdir: folder }),
    // The preload of a sandboxed page is one CommonJS file: it can require nothing but Electron.
    build({
      ...shared,
      entryPoints: [join(root, 'electron/preload.ts')],
      outfile: join(folder, 'preload.cjs'),
      format: 'cjs',
      external: ['electron'],
    }),
  ])
}
