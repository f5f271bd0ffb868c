import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import { z } from 'zod'
import { openProbe } from '../../integration/sandbox-client.ts'
import { openBrowser } from '../../integration/sandbox-browser.ts'
import { signIn } from '../../integration/sandbox-client.ts'
import type { Ehr } from './ehr.ts'

const Station = z.looseObject({ deviceId: z.string(), displayName: z.string(), state: z.string(), isOnline: z.boolean(), waiting: z.number() })
const Delivery = z.looseObject({ state: z.string(), error: z.string().optional(), result: z.string().optional() })
const Order = z.looseObject({ id: z.string(), state: z.string(), deliveries: z.array(Delivery).default([]) })
type Order = z.infer<typeof Order>

/** The support desk, by its API: two persons who help workstations. */
export interface Desk {
  /** The one workstation that this EHR knows. */
  station(): Promise<z.infer<typeof Station>>
  order(kind: string, target: object, more?: object): Promise<Order>
  agree(id: string): Promise<Order>
  look(id: string): Promise<Order>
  undo(id: string): Promise<Order>
  subOf(username: string): Promise<string>
  /** Answers the challenge that the only workstation shows to this person. */
  unlockHelp(challenge: string, username: string): Promise<string>
  /** Resolves when the order has come to this at the only workstation that it was for. */
  became(id: string, what: { readonly state?: string; readonly result?: string; readonly error?: string }): Promise<void>
  close(): Promise<void>
}

export async function openDesk(ehr: Ehr): Promise<Desk> {
  const { baseUrl, fhirBase, caFile } = ehr.place
  const caPem = await readFile(caFile, 'utf8')
  const dispatcher = new Agent({ connect: { ca: caPem } })
  const probe = await openProbe({ baseUrl, fhirBase, caPem })
  const tokenOf = async (username: string) => {
    const browser = openBrowser(caPem)
    const asked = await probe.ask({ scope: 'openid offline_access lockout.read lockout.order' })
    const page = await signIn(browser, asked.url, ehr.account(username))
    const landing = page.kind === 'page' ? await browser.submit(page, { action: 'code', code: await ehr.codeOf(username) }) : page
    await browser.close()
    return (await probe.redeem(landing, asked)).access_token
  }
  const [first, second] = [await tokenOf('ihalvorsen'), await tokenOf('tmarchetti')]
  async function ask(method: 'GET' | 'POST', path: string, token: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${baseUrl}/lockout/${path}`, { dispatcher, method, headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await answer.text()
    if (answer.status >= 300) throw new Error(`the desk was answered ${answer.status} to ${path}: ${text}`)
    return JSON.parse(text)
  }
  const reason = 'Said so by a test of the desk'
  const identified = { identifiedBy: 'called-back', identification: 'Rang the ward back' }
  const look = async (id: string) => Order.parse(await ask('GET', `orders/${id}`, first))
  const station = async () => {
    const { workstations: [one] } = z.object({ workstations: z.array(Station) }).parse(await ask('GET', 'workstations', first))
    if (!one) throw new Error('no workstation is known')
    return one
  }
  const subOf = async (username: string) => {
    const { users } = z.object({ users: z.array(z.looseObject({ sub: z.string(), username: z.string() })) }).parse(await ask('GET', 'users', first))
    return users.find((user) => user.username === username)?.sub ?? ''
  }
  return {
    look,
    station,
    subOf,
    unlockHelp: async (challenge, username) => {
      const help = { deviceId: (await station()).deviceId, user: await subOf(username), challenge, ...identified, reason }
      return z.looseObject({ response: z.string() }).parse(await ask('POST', 'challenges', first, help)).response
    },
    order: async (kind, target, more = {}) => Order.parse(await ask('POST', 'orders', first, { kind, target, reason, ...(kind === 'reset-pin' ? identified : {}), ...more })),
    agree: async (id) => Order.parse(await ask('POST', `orders/${id}/agreement`, second, { reason })),
    undo: async (id) => Order.parse(await ask('POST', `orders/${id}/undo`, first, { reason })),
    async became(id, what) {
      const deadline = performance.now() + 40_000
      for (;;) {
        const { deliveries } = await look(id)
        const is = (key: 'state' | 'result' | 'error') => what[key] === undefined || deliveries.every((delivery) => delivery[key] === what[key])
        if (deliveries.length > 0 && is('state') && is('result') && is('error')) return
        if (performance.now() > deadline) throw new Error(`the order is ${JSON.stringify(deliveries)}, not ${JSON.stringify(what)}`)
        await wait(100)
      }
    },
    close: async () => {
      await probe.close()
      await dispatcher.close()
    },
  }
}
