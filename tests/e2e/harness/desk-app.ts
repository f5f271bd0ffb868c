import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { DeskOrder, DeskWorkstation, InputOf, OutputOf, ProcedureName } from '../../../shared/contract/index.ts'
import type { Reply } from '../../../shared/errors.ts'
import type { Ehr } from './ehr.ts'
import type { Running } from './workstation.ts'

type DeskName = Extract<ProcedureName, `desk.${string}`>
type Target = InputOf<'desk.giveOrder'>['target']

/** The support desk in the application, with somebody signed in at it: what its page asks goes the way that a click would go. */
export interface DeskApp {
  ask<N extends DeskName>(name: N, input: InputOf<N>): Promise<OutputOf<N>>
  order(kind: DeskOrder['kind'], target: Target, message?: string): Promise<DeskOrder>
  undo(id: string): Promise<DeskOrder>
  stations(): Promise<readonly DeskWorkstation[]>
  station(deviceId: string): Promise<DeskWorkstation>
  /** The workstation that somebody works at now, and that was not among these. */
  newcomer(known: readonly DeskWorkstation[]): Promise<string>
  subOf(username: string): Promise<string>
  /** Resolves when the order has come to this at that workstation: an order about people is for all where they have been. */
  became(id: string, deviceId: string, what: { readonly state?: string; readonly result?: string; readonly error?: string }): Promise<void>
}

const reason = 'Said so by a test of the desk'
const identified = { identifiedBy: 'called-back', identification: 'Rang the ward back' } as const

/** Signs somebody of the desk in, with a PIN. */
export async function openDeskApp({ person }: Running, ehr: Ehr, username: string): Promise<DeskApp> {
  await person.signIn(ehr.account(username))
  await person.enterCode(await ehr.codeOf(username))
  await person.choosePin()
  const page = await person.page()

  async function ask<N extends DeskName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
    const text = await page.evaluate(
      ([procedure, json]) => {
        // What the preload puts there, by shared/bridge.ts.
        const { chartkeep } = window as unknown as { chartkeep: Record<string, (input: string) => Promise<string>> }
        return chartkeep[procedure]?.(json)
      },
      [name, JSON.stringify(input)] as const,
    )
    const reply: Reply<OutputOf<N>> = JSON.parse(text ?? 'null')
    if (!reply.ok) throw new Error(`the desk was answered ${reply.failure.kind} to ${name}`)
    return reply.value
  }
  const stations = async () => (await ask('desk.workstations', {})).workstations
  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + 40_000
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > deadline) throw new Error(what)
      await wait(100)
    }
  }

  return {
    ask,
    stations,
    order: (kind, target, message) => ask('desk.giveOrder', { kind, target, reason, idempotencyKey: randomUUID(), ...(kind === 'reset-pin' ? identified : {}), ...(message === undefined ? {} : { message }) }),
    undo: (id) => ask('desk.undo', { id, reason }),
    station: (deviceId) => ask('desk.workstation', { deviceId }),
    newcomer: (known) =>
      until('nobody has come to work', async () => (await stations()).find(({ deviceId, state }) => state === 'active' && known.every((one) => one.deviceId !== deviceId))?.deviceId),
    subOf: async (name) => (await ask('desk.users', {})).users.find(({ username: each }) => each === name)?.sub ?? '',
    became: async (id, deviceId, what) => {
      let last = ''
      await until(`the order is not ${JSON.stringify(what)}`, async () => {
        const deliveries = (await ask('desk.order', { id, cause: 'refresh' })).deliveries.filter((delivery) => delivery.deviceId === deviceId)
        last = JSON.stringify(deliveries)
        const is = (key: 'state' | 'result' | 'error') => what[key] === undefined || deliveries.every((delivery) => delivery[key] === what[key])
        return deliveries.length > 0 && is('state') && is('result') && is('error') ? true : undefined
      }).catch((error: unknown) => {
        throw new Error(last, { cause: error })
      })
    },
  }
}
