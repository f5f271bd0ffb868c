/** Whether a URL is the redirect URI, whatever its query: the path and the loopback port are compared, not a prefix. */
export function isSamePlace(url: URL, redirectUri: string): boolean {
  const expected = new URL(redirectUri)
  return url.protocol === expected.protocol && url.host === expected.host && url.pathname === expected.pathname && url.username === '' && url.password === ''
}
