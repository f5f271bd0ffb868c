import { Agent, request } from 'undici'

/** Where a browser ends up: on a page, or back at the client's own address. */
export type Landing =
  | { kind: 'page'; url: URL; status: number; body: string; headers: Record<string, string | string[] | undefined> }
  | { kind: 'callback'; url: URL }

export type Page = Extract<Landing, { kind: 'page' }>

/** A browser as far as sign-in needs one: cookies, redirects, forms. One of these is one person's browser. */
export interface Browser {
  open(url: URL | string): Promise<Landing>
  submit(page: Page, fields: Record<string, string>, headers?: Record<string, string>): Promise<Landing>
  cookies(): readonly string[]
  close(): Promise<void>
}

interface Cookie {
  name: string
  value: string
  path: string
}

function readCookie(line: string, url: URL): Cookie & { isGone: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const attribute = (name: string) =>
    attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const expires = attribute('expires')
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    path: attribute('path') ?? url.pathname,
    isGone: expires !== undefined && Date.parse(expires) < Date.now(),
  }
}

/** The first form's target; the sandbox's pages have one. */
function formAction(page: Page): URL {
  const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(page.body) ?? []
  return new URL(action.replaceAll('&amp;', '&'), page.url)
}

export function openBrowser(ca: string): Browser {
  const dispatcher = new Agent({ connect: { ca } })
  let jar: Cookie[] = []

  async function go(url: URL, method: 'GET' | 'POST', body?: string, headers: Record<string, string> = {}): Promise<Landing> {
    // An application of the web is under a name that nobody has (RFC 2606).
    if ((url.protocol === 'http:' && url.hostname === '127.0.0.1') || url.hostname.endsWith('.example')) return { kind: 'callback', url }
    const cookie = jar
      .filter((one) => url.pathname.startsWith(one.path))
      .map((one) => `${one.name}=${one.value}`)
      .join('; ')
    const answer = await request(url, {
      dispatcher,
      method,
      headers: {
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.body.text()
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const { isGone, ...fresh } = readCookie(line, url)
      jar = jar.filter((one) => one.name !== fresh.name || one.path !== fresh.path)
      if (!isGone) jar.push(fresh)
    }
    const location = answer.headers.location
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      return go(new URL(location, url), 'GET')
    }
    return { kind: 'page', url, status: answer.statusCode, body: text, headers: answer.headers }
  }

  return {
    open: (url) => go(new URL(url), 'GET'),
    submit: (page, fields, headers) => go(formAction(page), 'POST', new URLSearchParams(fields).toString(), headers),
    cookies: () => jar.map((one) => one.name),
    close: () => dispatcher.close(),
  }
}
