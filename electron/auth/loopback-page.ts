import { createHash } from 'node:crypto'

const style = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif; color: #16222c; background: #eef2f5; }
main { max-width: 26rem; padding: 2rem; border-top: 4px solid #0b5f83; background: #fff; }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; }
p { margin: 0; }
@media (prefers-color-scheme: dark) { body { color: #e9eff3; background: #10171c; } main { background: #19232a; border-color: #5cb8dd; } }
`

/** No script, nothing loaded, no frame around it, nothing kept; the one style is known by its hash. */
export const loopbackHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  connection: 'close',
}

const words = {
  answered: ['You can close this window', 'Chartkeep has the answer. Go back to it.'],
  declined: ['Nobody was signed in', 'You can close this window. Chartkeep says what to do next.'],
  stray: ['This answer belongs to no sign-in', 'If you were signing in to Chartkeep, go back to it and start again.'],
} as const

/** The page that the browser shows at the end. Nothing of the request is repeated in it. */
export function loopbackPage(kind: keyof typeof words): string {
  const [title, text] = words[kind]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chartkeep</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`
}
