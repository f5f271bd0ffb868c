import { ChartkeepError } from '../../shared/errors.ts'
import type { Loopback } from './loopback.ts'
import type { SignInWay } from './sign-in-page.ts'

export interface SystemBrowserParts {
  /** Hands a URL to the person's browser; rejects where there is none. */
  readonly openExternal: (url: string) => Promise<void>
  /** 0: any free port. */
  readonly redirectPort: number
  /** Tells that the browser was opened, and that the wait is over. */
  readonly onWaiting?: (waiting: boolean) => void
  readonly patienceMs?: number
}

/** Sign-in in the person's own browser, with its protections and its single sign-on (RFC 8252 §4). */
export function systemBrowserWay({ openExternal, redirectPort, onWaiting, patienceMs }: SystemBrowserParts): SignInWay {
  let loopback: Loopback | undefined

  function close(): void {
    loopback?.close()
    loopback = undefined
  }

  return {
    name: 'system-browser',
    async redirectUri() {
      close()
      // Nobody signs in before the first screen is there: what listens is loaded when somebody does.
      const { openLoopback } = await import('./loopback.ts')
      loopback = await openLoopback(redirectPort, patienceMs)
      return loopback.redirectUri
    },
    page: {
      async open(url, { allowOrigin }) {
        const listening = loopback
        const target = new URL(url)
        const state = target.searchParams.get('state')
        if (!listening || !state) throw new ChartkeepError('internal')
        // What goes to the system's opener may start any program; only the EHR's own https pages may.
        if (target.protocol !== 'https:' || !allowOrigin.includes(target.origin)) throw new ChartkeepError('sign-in-discovery')
        const answer = listening.answer(state)
        onWaiting?.(true)
        try {
          const opened = openExternal(target.href).catch((error: unknown) => {
            throw new ChartkeepError('sign-in-browser', {}, { cause: error })
          })
          const [redirect] = await Promise.all([answer, opened])
          return redirect
        } finally {
          answer.catch(() => undefined)
          onWaiting?.(false)
          close()
        }
      },
      close,
    },
  }
}
