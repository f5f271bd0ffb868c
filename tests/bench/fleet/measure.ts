import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Crowd } from './crowd.ts'
import type { FleetEhr } from './ehr.ts'
import type { Costs } from './workstation.ts'

/** Whoever orders, and whoever agrees: what they authorize themselves with. */
type Desks = readonly [string, string]
type QuietCosts = Pick<Costs, 'connection' | 'poll' | 'report' | 'signIn'>

const Order = z.object({ id: z.string(), state: z.string(), counts: z.object({ waiting: z.number(), done: z.number() }) })
const Online = z.object({ total: z.number() })
const reason = 'The bench locks every workstation of the hospital'

/** What single things take of the server, while it has nothing else to do: each many times, one after the other. Milliseconds of one core. */
export async function quietCosts(ehr: FleetEhr): Promise<QuietCosts> {
  const station = await ehr.station()
  const registered = await station.register(await ehr.token('nurse'))
  if (registered.status !== 201) throw new Error(`the workstation of the bench was not registered: ${registered.status}`)
  async function each(times: number, work: () => Promise<unknown>): Promise<number> {
    // What is compiled and connected on the way is not counted.
    for (let warm = 0; warm < times / 10; warm += 1) await work()
    const cost = await ehr.cost(async () => {
      for (let done = 0; done < times; done += 1) await work()
    })
    return cost / times
  }
  return {
    connection: await each(500, ehr.connection),
    poll: await each(1_000, () => station.poll({ returnImmediately: true })),
    report: await each(500, () => station.report({})),
    signIn: await each(40, () => ehr.token('nurse')),
  }
}

/** Until the desk sees as many of them as there are. */
export async function allOnline(ehr: FleetEhr, desk: string, workstations: number, withinMs: number): Promise<void> {
  for (const end = performance.now() + withinMs; ; await wait(1_000)) {
    const { status, body } = await ehr.ask('GET', '/lockout/workstations?online=true&limit=1', desk)
    if (status !== 200) throw new Error(`the desk was answered ${status} (${body.error ?? ''})`)
    const { total } = Online.parse(body)
    // The workstation of the bench itself asked a while ago.
    if (total >= workstations) return
    if (performance.now() > end) throw new Error(`${total} of ${workstations} workstations were there when the time was over`)
  }
}

/** Two persons of the desk lock everybody, by the order API. Gives the order once the first has asked; `agree`, as the second. */
async function orderLock({ ask }: FleetEhr, [first, second]: Desks) {
  const { id, state } = Order.parse((await ask('POST', '/lockout/orders', first, { kind: 'lock', target: { everyone: true }, reason })).body)
  if (state !== 'awaiting') throw new Error(`an order to everybody did not wait for a second person: ${state}`)
  return {
    id,
    async agree() {
      const { status } = await ask('POST', `/lockout/orders/${id}/agreement`, second, { reason })
      if (status !== 200) throw new Error(`the second person could not agree: ${status}`)
    },
  }
}

/** What the agreement alone takes of the server for each workstation, while none of them asks. The order is taken back. */
export async function agreementCost(ehr: FleetEhr, desks: Desks, workstations: number): Promise<number> {
  const { id, agree } = await orderLock(ehr, desks)
  const cost = await ehr.cost(agree)
  const { status } = await ehr.ask('POST', `/lockout/orders/${id}/undo`, desks[0], { reason })
  if (status !== 200) throw new Error(`the order could not be taken back: ${status}`)
  return cost / workstations
}

export interface LockAll {
  /** From the second person's agreement until each session was told to lock. Milliseconds. */
  readonly dark: readonly number[]
  /** Until the desk knew that all are. Milliseconds. */
  readonly reportedMs: number
  /** Of the server's processors, from the agreement until then. Milliseconds. */
  readonly cpuMs: number
}

/** Locks everybody, and waits until the desk knows that all are. */
export async function lockAll(ehr: FleetEhr, crowd: Crowd, desks: Desks, workstations: number): Promise<LockAll> {
  const { ask } = ehr
  const { agree } = await orderLock(ehr, desks)
  const before = ehr.cpu()
  const began = performance.timeOrigin + performance.now()
  await agree()
  for (const end = performance.now() + 60_000; ; await wait(250)) {
    const { orders: [now] } = z.object({ orders: z.array(Order) }).parse((await ask('GET', '/lockout/orders?limit=1', desks[0])).body)
    if ((now?.counts.done ?? 0) >= workstations) break
    if (performance.now() > end) throw new Error(`${now?.counts.done ?? 0} of ${workstations} workstations have reported when the time was over`)
  }
  const reportedMs = performance.timeOrigin + performance.now() - began
  const cpuMs = ehr.cpu() - before
  const dark = (await crowd.dark()).map((at) => at - began).toSorted((a, b) => a - b)
  if (dark.length !== workstations) throw new Error(`${dark.length} of ${workstations} workstations were told to lock, each once`)
  return { dark, reportedMs, cpuMs }
}

/**
 * What an order takes of the server: all that it did, but for the agreement. The polls that acknowledge and the reports that follow are in it, for
 * the server takes them as they come, while others still wait for their token.
 */
export function costsWith(quiet: QuietCosts, agreement: number, { dark, cpuMs }: LockAll): Costs {
  return { ...quiet, agreement, set: cpuMs / dark.length - agreement }
}
