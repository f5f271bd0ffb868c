/**
 * The policy of every page of ours. Nothing but our own files: no network, no inline script, no frames.
 * https://developer.mozilla.org/docs/Web/HTTP/Headers/Content-Security-Policy
 */
const directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ["'none'"],
  // Without `allow-modals` a page prints nothing by itself (`window.print`): what is printed goes through `main`, which records it. Without
  // `allow-popups` and `allow-downloads` it opens and saves nothing either.
  sandbox: ['allow-scripts', 'allow-same-origin', 'allow-forms'],
} as const

export const contentSecurityPolicy = Object.entries(directives)
  .map(([name, values]) => `${name} ${values.join(' ')}`)
  .join('; ')
