import { readFile } from 'node:fs/promises'
import { Agent, fetch } from 'undici'
import { openBrowser } from '../../integration/sandbox-browser.ts'
import { openProbe, signIn } from '../../integration/sandbox-client.ts'
import type { Ehr } from './ehr.ts'

/** A second person of the support desk, elsewhere: by its API. */
export interface Colleague {
  /** Agrees to what somebody else has asked for. */
  agree(id: string): Promise<void>
  close(): Promise<void>
}

export async function openColleague(ehr: Ehr, username: string): Promise<Colleague> {
  const { baseUrl, fhirBase, caFile } = ehr.place
  const caPem = await readFile(caFile, 'utf8')
  const dispatcher = new Agent({ connect: { ca: caPem } })
  const probe = await openProbe({ baseUrl, fhirBase, caPem })
  const browser = openBrowser(caPem)
  const asked = await probe.ask({ scope: 'openid offline_access lockout.read lockout.order' })
  const page = await signIn(browser, asked.url, ehr.account(username))
  const landing = page.kind === 'page' ? await browser.submit(page, { action: 'code', code: await ehr.codeOf(username) }) : page
  await browser.close()
  const { access_token: token } = await probe.redeem(landing, asked)
  return {
    async agree(id) {
      const answer = await fetch(`${baseUrl}/lockout/orders/${id}/agreement`, { dispatcher, method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ reason: 'Said so by a second person' }) })
      if (answer.status >= 300) throw new Error(`the second person was answered ${answer.status}`)
      await answer.body?.cancel()
    },
    close: async () => {
      await probe.close()
      await dispatcher.close()
    },
  }
}
