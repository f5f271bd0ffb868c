/** What a sign-in page may reach, and which URL ends it. */
interface SignInRules {
  /** Whether a URL is the answer, to be caught and never loaded. */
  isRedirect(url: string): boolean
  /** Origins that the page may load from: those of the authorization server. */
  readonly allowOrigin: readonly string[]
}

/** Shows the EHR's sign-in page to the person, one at a time. */
export interface SignInPage {
  /**
   * Resolves with the URL of the answer. Rejects with `cancelled` when closed, `sign-in-expired` when nobody answered
   * in time, and with the network's kinds.
   */
  open(url: string, rules: SignInRules): Promise<string>
  close(): void
}

/** A page together with the place its answer comes to. */
export interface SignInWay {
  readonly name: 'system-browser' | 'in-app'
  /** The redirect URI of the next sign-in; the place listens from now on until the page is closed. */
  redirectUri(): Promise<string>
  readonly page: SignInPage
}

export const redirectPath = '/callback'

/**
 * The redirect URI for a page inside our own window: never loaded, since the page catches it. Without a port it is that
 * of port 80, where an ordinary user's programs cannot listen, should it ever get out.
 */
export function inAppWay(page: SignInPage, redirectPort: number): SignInWay {
  const place = redirectPort === 0 ? '127.0.0.1' : `127.0.0.1:${redirectPort}`
  return { name: 'in-app', redirectUri: () => Promise.resolve(`http://${place}${redirectPath}`), page }
}
