import Fastify from 'fastify'
import { askedScopes, readScopes } from '../../../electron/auth/permissions.ts'
import { type Rig, type RigOptions, startRig } from '../../../electron/records/testing/rig.ts'
import { makeAuthority, makeServerCertificate } from '../../../electron/transport/testing/certificates.ts'
import { fileMadeUpTrail } from '../../../sandbox/audit-trail/index.ts'
import { narrowScopes } from '../../../sandbox/auth/scopes.ts'
import { fhirApi, loadResources, openStore } from '../../../sandbox/fhir/index.ts'
import type { Caller, Role } from '../../../sandbox/types.ts'
import type { AuditFilter, InputOf } from '../../../shared/contract/index.ts'
import { hospital } from '../sandbox-fhir/hospital.ts'

export const clock = { now: () => Date.parse('2026-11-28T08:00:00Z') }
export const day = 86_400_000
export const events = 1_200

/** What the sandbox grants a role of what Chartkeep asks. */
export const scopesOf = (role: Role) => narrowScopes(askedScopes, role)
const caller = (practitioner: string, role: Role): Caller => ({ sub: practitioner, practitioner, role, scopes: scopesOf(role), clientId: 'test' })
const people = { cora: caller('compliance-cora', 'compliance'), pia: caller('privacy-pia', 'privacy'), ada: caller('dr-ada', 'physician') }
const callerOf = (token: string | undefined): Caller | undefined => Object.entries(people).find(([name]) => name === token)?.[1]

/** A sandbox whose audit trail is full, and workstations before it. */
export interface TrailSite {
  readonly server: RigOptions['server']
  /** What was asked of the API. */
  readonly asked: { url: string; status: number }[]
  /** A workstation at which this person is signed in, with what their scopes give. */
  at<T>(who: keyof typeof people, use: (rig: Rig) => Promise<T>, more?: Partial<RigOptions>): Promise<T>
  close(): Promise<void>
}

export async function openTrailSite(): Promise<TrailSite> {
  const store = openStore({ file: ':memory:', clock })
  loadResources(store, hospital())
  const staff = [{ practitioner: 'dr-ada', role: 'physician' }, { practitioner: 'dr-ben', role: 'physician' }, { practitioner: 'nurse-cleo', role: 'nurse' }] as const
  fileMadeUpTrail(store, { seed: 1, events, days: 30, staff })
  const authority = await makeAuthority('audit trail')
  const certificate = await makeServerCertificate(authority)
  const probe = Fastify()
  const port = new URL(await probe.listen({ host: '127.0.0.1', port: 0 })).port
  await probe.close()
  const fhirBase = `https://127.0.0.1:${port}/fhir/R4`
  const asked: TrailSite['asked'] = []
  const secured = Fastify({ https: { cert: certificate.pem, key: certificate.keyPem } })
  secured.addHook('onResponse', async (request, reply) => void asked.push({ url: request.url, status: reply.statusCode }))
  await secured.register(fhirApi({ store, identify: async (authorization) => callerOf(authorization?.replace('Bearer ', '')), clock, baseUrl: fhirBase }), { prefix: '/fhir/R4' })
  await secured.listen({ host: '127.0.0.1', port: Number(port) })
  const server = { fhirBase, authority }
  return {
    server,
    asked,
    at: async (who, use, more = {}) => {
      const { permissions } = readScopes(people[who].scopes)
      const rig = startRig({ server, folder: undefined, token: who, permissions, role: 'compliance', now: clock.now, ...more })
      try {
        return await use(rig)
      } finally {
        await rig.stop()
      }
    },
    close: async () => {
      await secured.close()
      store.close()
    },
  }
}

export const month: AuditFilter = { from: clock.now() - 31 * day, to: clock.now() + 1 }
const newestFirst = { by: 'at', descending: true } as const

export async function page(rig: Rig, input: Partial<InputOf<'audit.events'>> = {}) {
  const reply = await rig.workspace().call('audit.events', { filter: month, sort: newestFirst, ...input })
  if ('failure' in reply) throw new Error(reply.failure)
  return reply.value
}

export async function all(rig: Rig, input: Partial<InputOf<'audit.events'>> = {}) {
  const rows = []
  let next: string | undefined
  do {
    const part = await page(rig, { ...input, ...(next === undefined ? {} : { next }) })
    rows.push(...part.rows)
    next = part.next
  } while (next !== undefined)
  return rows
}
