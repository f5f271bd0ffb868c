import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { createFamily } from '../../../build/run/family.ts'
import { startSandbox } from '../../../build/run/sandbox.ts'
import { freshSandboxState } from '../../../build/run/sandbox-state.ts'
import type { FaultChange } from '../../../sandbox/faults/index.ts'
import type { TroubleInput } from '../../../sandbox/trouble/index.ts'
import { type Account, accountNamed, sandboxReady } from './surroundings.ts'

/** Where an EHR is, and the files that describe it. */
export interface EhrPlace {
  readonly baseUrl: string
  readonly fhirBase: string
  readonly caFile: string
  readonly policyFile: string
  readonly usersFile: string
  readonly controlFile: string
}

/** A sandbox EHR, and what a test may do to it. */
export interface Ehr {
  readonly place: EhrPlace
  account(username: string): Account
  /** Misbehaves from now on, in these ways and no others. */
  misbehave(how: FaultChange): Promise<void>
  /** Single requests go wrong from now on, these and no others. */
  trouble(...troubles: TroubleInput[]): Promise<void>
  behave(): Promise<void>
  /** Every access (or refresh) token is too old, now. */
  expire(kind: 'access' | 'refresh'): Promise<void>
  /** Bars a person: their tokens are refused from the next request on. */
  bar(username: string): Promise<void>
  /** The next code of a person's authenticator app. Throws where they have none that counts now. */
  codeOf(username: string): Promise<string>
  /** Files an audit trail that nobody has left, of so many entries over so many days. */
  fileTrail(trail: { readonly events: number; readonly days: number; readonly seed?: number }): Promise<void>
  /** Files workstations that are nowhere: a hospital for the support desk. */
  fileWorkstations(count: number): Promise<void>
  /** What its privacy desk has been told, the newest first. */
  privacyDesk(): Promise<readonly Record<string, unknown>[]>
  /** Labels a patient as somebody everybody knows. */
  labelVip(patient: string): Promise<void>
  /** How many requests followed a redirect to another host, and how many of them brought a token. */
  strays(): Promise<{ readonly requests: number; readonly withToken: number }>
  /** How many requests its FHIR API has had, and how many of them were left before they were answered. */
  traffic(): Promise<{ readonly requests: number; readonly left: number }>
}

export interface OwnEhr extends Ehr {
  /** Ends it; it cannot be reached from then on. */
  stop(): Promise<void>
}

const Desk = z.object({ desk: z.array(z.record(z.string(), z.unknown())) })
const Strays = z.object({ requests: z.number(), withToken: z.number() })
const Traffic = z.object({ requests: z.number(), left: z.number() })

function ehrAt(place: EhrPlace): Ehr {
  const order = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const dispatcher = new Agent({ connect: { ca: await readFile(place.caFile, 'utf8') } })
    // Under that name it shows its honest certificate, whatever else it shows.
    const base = place.baseUrl.replace('127.0.0.1', 'localhost')
    try {
      const { secret } = z.object({ secret: z.string() }).parse(JSON.parse(await readFile(place.controlFile, 'utf8')))
      const answer = await request(`${base}/sandbox${path}`, {
        method,
        dispatcher,
        headers: { authorization: `Bearer ${secret}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`the sandbox answered ${answer.statusCode} to ${method} ${path}`)
      return text === '' ? undefined : JSON.parse(text)
    } finally {
      await dispatcher.close()
    }
  }
  return {
    place,
    account: (username) => accountNamed(place, username),
    misbehave: async (how) => {
      await order('DELETE', '/faults')
      await order('POST', '/faults', how)
    },
    trouble: async (...troubles) => void (await order('POST', '/troubles', troubles)),
    behave: async () => void (await order('DELETE', '/faults')),
    expire: async (kind) => void (await order('POST', '/expire', { kind })),
    bar: async (username) => void (await order('POST', `/users/${username}/revoke`)),
    codeOf: async (username) => z.object({ code: z.string() }).parse(await order('GET', `/users/${username}/code`)).code,
    fileTrail: async (trail) => void (await order('POST', '/audit-trail', trail)),
    fileWorkstations: async (count) => void (await order('POST', '/workstations', { count })),
    privacyDesk: async () => Desk.parse(await order('GET', '/privacy-desk')).desk,
    labelVip: async (patient) => void (await order('POST', `/patients/${patient}/vip`)),
    strays: async () => Strays.parse(await order('GET', '/strays')),
    traffic: async () => Traffic.parse(await order('GET', '/traffic')),
  }
}

/** The EHR that the whole run shares: for files that leave it as it is. */
export function sharedEhr(): Ehr {
  return ehrAt(sandboxReady())
}

/** An EHR for one file alone, which may make it misbehave. */
export async function ownEhr({ patients = 50 }: { readonly patients?: number } = {}): Promise<OwnEhr> {
  const family = createFamily()
  const state = await mkdtemp(join(tmpdir(), 'chartkeep-ehr-'))
  const stop = async () => {
    await family.end()
    await rm(state, { recursive: true, force: true })
  }
  try {
    const root = join(import.meta.dirname, '..', '..', '..')
    await freshSandboxState(family, root, state, patients)
    return { ...ehrAt(await startSandbox(family, root, { state, patients, stdio: 'ignore' })), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
