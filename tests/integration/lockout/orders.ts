import { decodeJwt } from 'jose'
import { openStation, type Station, tokensOf } from './desk.ts'
import type { Site } from './site.ts'

/** Why every order of a test is given. */
export const reason = 'Left open in the corridor of ward 3'

/** Workstations with somebody at them, and orders to them by the first person of the desk. */
export async function openOrders({ sandbox, probe, ask, desk }: Pick<Site, 'sandbox' | 'probe' | 'ask' | 'desk'>) {
  const [first, second] = [await desk(0), await desk(1)]
  const order = (body: object, who = first) => ask('POST', '/lockout/orders', who, { reason, ...body })
  return {
    first,
    second,
    /** A workstation at which somebody has just signed in. */
    station: async (role = 'nurse', index = 0) => {
      const made = await openStation(sandbox, ask)
      const tokens = await tokensOf(sandbox, probe, role, index, 'openid fhirUser offline_access user/*.rs')
      await made.register(tokens.access_token)
      return { ...made, tokens, sub: tokens.claims()?.sub ?? '' }
    },
    order,
    lock: (made: Station) => order({ kind: 'lock', target: { workstations: [made.deviceId] } }),
  }
}
export type Orders = Awaited<ReturnType<typeof openOrders>>

/** The orders that wait for it. */
export const setsAt = async (made: Station) => (await made.poll()).body.sets ?? {}

/** The one that waits for it. */
export async function oneOf(made: Station) {
  const [[jti, set] = ['', '']] = Object.entries(await setsAt(made))
  return { jti, set, claims: decodeJwt(set) }
}
