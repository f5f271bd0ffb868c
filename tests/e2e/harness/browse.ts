import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Landing, openBrowser } from '../../integration/sandbox-browser.ts'
import { BrowserOrders, type BrowserReport } from './browser.ts'

// The browser of a workstation, by itself: `browse.ts FOLDER URL`. Does what the orders in the folder say and reports there.
const [folder = '', url = ''] = process.argv.slice(2)
const { caFile, act, username, password } = BrowserOrders.parse(JSON.parse(await readFile(join(folder, 'orders.json'), 'utf8')))
const browser = openBrowser(await readFile(caFile, 'utf8'))
const report = (end: string, refusals: BrowserReport['refusals'] = []) => writeFile(join(folder, 'report.json'), JSON.stringify({ url, end, refusals } satisfies BrowserReport))

/** Whether another program may listen where the sign-in comes back to: it hears why not. */
async function steal(port: number, host: string): Promise<string> {
  const server = createServer().listen({ port, host })
  try {
    await once(server, 'listening')
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
  server.close()
  return `listens on ${host}`
}

/** What a program or a page gets that answers in the browser's place, without the state that it cannot know. */
async function attack(redirect: URL): Promise<BrowserReport['refusals']> {
  const forged = [`${redirect.href}?code=stolen&state=guessed`, `${redirect.href}?code=stolen`, `${redirect.href}?error=access_denied&state=guessed`]
  const statuses: number[] = []
  for (const one of forged) statuses.push((await fetch(one)).status)
  return [...statuses, await steal(Number(redirect.port), '127.0.0.1'), await steal(Number(redirect.port), '0.0.0.0')]
}

async function signIn(at: Landing): Promise<void> {
  const refusals = act === 'is-attacked' ? await attack(new URL(new URL(url).searchParams.get('redirect_uri') ?? '')) : []
  if (at.kind !== 'page') throw new Error('the EHR showed no page')
  const back = await browser.submit(at, { action: 'sign-in', username, password })
  if (back.kind !== 'callback') throw new Error('the EHR did not send the browser back')
  const shown = await fetch(back.url)
  await report(await shown.text(), refusals)
}

const first = await browser.open(url)
if (act === 'leaves') await report(first.kind === 'page' ? first.body : '')
else await signIn(first)
await browser.close()
