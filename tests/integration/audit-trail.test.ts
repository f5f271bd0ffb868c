import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askedScopes, readScopes } from '../../electron/auth/permissions.ts'
import { validCalls } from '../../electron/rpc/testing/valid-calls.ts'
import { createRouter, type CallerFacts, type Handlers } from '../../electron/rpc/router.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'
import { makeAuthority, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { narrowScopes } from '../../sandbox/auth/scopes.ts'
import { fhirApi, type FhirStore, loadResources, openStore } from '../../sandbox/fhir/index.ts'
import { fileMadeUpTrail } from '../../sandbox/audit-trail/index.ts'
import type { Caller, Role } from '../../sandbox/types.ts'
import { auditColumns } from '../../shared/audit-trail/columns.ts'
import type { AuditFilter, InputOf } from '../../shared/contract/index.ts'
import { contract, isProcedureName, PatientId, type ProcedureName } from '../../shared/contract/index.ts'
import { hospital } from './sandbox-fhir/hospital.ts'

const clock = { now: () => Date.parse('2026-11-28T08:00:00Z') }
const day = 86_400_000
const events = 1_200

/** What the sandbox grants a role of what Chartkeep asks. */
const scopesOf = (role: Role) => narrowScopes(askedScopes, role)
const caller = (practitioner: string, role: Role): Caller => ({ sub: practitioner, practitioner, role, scopes: scopesOf(role), clientId: 'test' })
const people = { cora: caller('compliance-cora', 'compliance'), pia: caller('privacy-pia', 'privacy'), ada: caller('dr-ada', 'physician') }
const callerOf = (token: string | undefined): Caller | undefined => Object.entries(people).find(([name]) => name === token)?.[1]

let store: FhirStore
let closeServer: () => Promise<unknown>
let server: { fhirBase: string; authority: Awaited<ReturnType<typeof makeAuthority>> }
const asked: { url: string; status: number }[] = []

beforeAll(async () => {
  store = openStore({ file: ':memory:', clock })
  loadResources(store, hospital())
  const staff = [{ practitioner: 'dr-ada', role: 'physician' }, { practitioner: 'dr-ben', role: 'physician' }, { practitioner: 'nurse-cleo', role: 'nurse' }] as const
  fileMadeUpTrail(store, { seed: 1, events, days: 30, staff })
  const authority = await makeAuthority('audit trail')
  const certificate = await makeServerCertificate(authority)
  const probe = Fastify()
  const port = new URL(await probe.listen({ host: '127.0.0.1', port: 0 })).port
  await probe.close()
  const fhirBase = `https://127.0.0.1:${port}/fhir/R4`
  const secured = Fastify({ https: { cert: certificate.pem, key: certificate.keyPem } })
  secured.addHook('onResponse', async (request, reply) => void asked.push({ url: request.url, status: reply.statusCode }))
  await secured.register(fhirApi({ store, identify: async (authorization) => callerOf(authorization?.replace('Bearer ', '')), clock, baseUrl: fhirBase }), { prefix: '/fhir/R4' })
  await secured.listen({ host: '127.0.0.1', port: Number(port) })
  closeServer = () => secured.close()
  server = { fhirBase, authority }
})
afterAll(async () => {
  await closeServer()
  store.close()
})

/** A workstation at which this person is signed in, with what their scopes give. */
async function at<T>(who: keyof typeof people, use: (rig: Rig) => Promise<T>): Promise<T> {
  const { permissions } = readScopes(people[who].scopes)
  const rig = startRig({ server, folder: undefined, token: who, permissions, role: 'compliance', now: clock.now })
  try {
    return await use(rig)
  } finally {
    await rig.stop()
  }
}

const month: AuditFilter = { from: clock.now() - 31 * day, to: clock.now() + 1 }
const newestFirst = { by: 'at', descending: true } as const
async function page(rig: Rig, input: Partial<InputOf<'audit.events'>> = {}) {
  const reply = await rig.workspace().call('audit.events', { filter: month, sort: newestFirst, ...input })
  if ('failure' in reply) throw new Error(reply.failure)
  return reply.value
}
async function all(rig: Rig, input: Partial<InputOf<'audit.events'>> = {}) {
  const rows = []
  let next: string | undefined
  do {
    const part = await page(rig, { ...input, ...(next === undefined ? {} : { next }) })
    rows.push(...part.rows)
    next = part.next
  } while (next !== undefined)
  return rows
}

describe('the audit trail, at the workstation of a compliance officer @164.312(b)', () => {
  it('is read whole, part after part, newest first, each entry once and with the names of staff', async () => {
    await at('cora', async (rig) => {
      const first = await page(rig)
      expect(first).toMatchObject({ order: 'server', total: events, refused: { wrongPatient: 0, malformed: 0 }, isPartial: false })
      const rows = await all(rig)
      expect([rows.length, new Set(rows.map(({ id }) => id)).size]).toEqual([events, events])
      const times = rows.map(({ at: time }) => time ?? 0)
      expect(times).toEqual([...times].sort((a, b) => b - a))
      expect(rows.filter(({ kind }) => kind === 'other')).toEqual([])
      expect(new Set(rows.map(({ user }) => user.name))).toEqual(new Set(['DR-ADA, Test', 'DR-BEN, Test', 'NURSE-CLEO, Test']))
    })
  })

  it('is narrowed by period, by user (name or id), by patient, by action, and by all of them', async () => {
    await at('cora', async (rig) => {
      const rows = await all(rig)
      const narrowed = async (filter: Partial<AuditFilter>) => (await all(rig, { filter: { ...month, ...filter } })).map(({ id }) => id)
      const ids = (which: (row: (typeof rows)[number]) => boolean) => rows.filter(which).map(({ id }) => id)
      const from = clock.now() - 3 * day
      expect(await narrowed({ from })).toEqual(ids(({ at: time }) => (time ?? 0) >= from))
      const ben = ids(({ user }) => user.reference === 'Practitioner/dr-ben')
      for (const user of ['dr-ben', 'Practitioner/dr-ben', 'DR-BEN', 'test dr-ben']) expect(await narrowed({ user }), user).toEqual(ben)
      const ann = PatientId.parse('ann')
      expect(await narrowed({ patient: ann })).toEqual(ids(({ patient }) => patient === ann))
      expect(await narrowed({ action: 'create' })).toEqual(ids(({ action }) => action === 'C'))
      expect(await narrowed({ action: 'disclosure' })).toEqual(ids(({ kind }) => kind === 'disclosure'))
      expect(await narrowed({ action: 'emergency' })).toEqual(ids(({ kind }) => kind === 'override-begun'))
      expect(await narrowed({ action: 'sign-in-out' })).toEqual(ids(({ kind }) => kind === 'sign-in' || kind === 'sign-out'))
      expect(await narrowed({ from, user: 'dr-ben', patient: ann, action: 'read' })).toEqual(ids((row) => (row.at ?? 0) >= from && row.user.reference === 'Practitioner/dr-ben' && row.patient === ann && row.action === 'R'))
    })
  })

  it('of somebody who does not work here is empty, and nobody else’s', async () => {
    await at('cora', async (rig) => {
      expect(await page(rig, { filter: { ...month, user: 'Nobodysname' } })).toMatchObject({ rows: [], users: [], total: 0 })
    })
  })

  it('is sorted by the EHR where it sorts, and where it refuses comes unsorted and says so; then it is not asked again', async () => {
    await at('cora', async (rig) => {
      const oldestFirst = await page(rig, { sort: { by: 'at', descending: false } })
      const times = oldestFirst.rows.map(({ at: time }) => time ?? 0)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      for (const by of auditColumns.filter((column) => column !== 'at')) {
        asked.length = 0
        expect(await page(rig, { sort: { by, descending: false } }), by).toMatchObject({ order: 'as-it-came', total: events })
        expect(asked.filter(({ url }) => url.includes('AuditEvent')).map(({ status }) => status)).toEqual([400, 200])
        asked.length = 0
        expect(await page(rig, { sort: { by, descending: true } })).toMatchObject({ order: 'as-it-came' })
        expect(asked.filter(({ url }) => url.includes('AuditEvent')).map(({ status }) => status)).toEqual([200])
      }
      // No name, no patient and no period in an address.
      expect(asked.map(({ url }) => url)).toEqual(asked.map(() => expect.stringMatching(/\/_search$/)))
    })
  })

  it('that is looked at is recorded before it is shown, with whom it is about and, for the EHR alone, what was asked', async () => {
    await at('cora', async (rig) => {
      await page(rig, { filter: { ...month, patient: PatientId.parse('ann'), user: 'dr-ben' } })
      const mine = rig.audit.filter(({ event }) => event === 'audit.events')
      expect(mine).toMatchObject([{ outcome: 'intent', action: 'R', patient: 'ann', cause: 'look' }, { outcome: 'success' }])
      expect(JSON.stringify(mine)).not.toContain('dr-ben')
      rig.refuseAudit()
      await expect(page(rig)).rejects.toThrow('audit-unavailable')
    })
  })

  it('goes on only where it was begun: the rest of one question is not the rest of another', async () => {
    await at('cora', async (rig) => {
      const { next } = await page(rig)
      await expect(page(rig, { filter: { ...month, patient: PatientId.parse('ann') }, next: next ?? '' })).rejects.toThrow('stale')
      await expect(page(rig, { next: 'made-up' })).rejects.toThrow('stale')
    })
  })
})

describe('the session of somebody who reviews access @164.312(a)(1)', () => {
  const names = Object.keys(contract).filter(isProcedureName)
  const clinical = names.filter((name) => contract[name].needs !== 'anyone' && contract[name].needs !== 'audit:read')

  it('is answered by no procedure that reads a patient, on any way there is', async () => {
    expect(clinical).toEqual(expect.arrayContaining<ProcedureName>(['tab.open', 'chart.section', 'patients.search', 'patients.mine', 'patients.recent', 'place.recall', 'draft.read', 'draft.save']))
    await at('cora', async (rig) => {
      for (const name of clinical) {
        const { via } = contract[name]
        const { input } = validCalls[name]
        if (via === 'main') {
          const { permissions } = readScopes(scopesOf('compliance'))
          const handlers = {} as Handlers<'main', CallerFacts> // None is reached.
          const answer = createRouter<'main', CallerFacts>({ via, handlers, session: () => ({ state: 'active', permissions }), audit: { intent: () => Promise.resolve(), outcome: () => undefined }, seal: () => Promise.resolve(undefined), correlation: () => '0badcafe', report: () => undefined })
          expect(await answer({}, name, input), name).toMatchObject({ ok: false, failure: { kind: 'not-permitted' } })
        } else {
          const port = via === 'tab' ? rig.tab('7d0c1f2e') : rig.workspace()
          // Each row with the input that it takes: the table pairs them.
          expect(await port.call(name as 'patients.mine', input as Record<string, never>), name).toMatchObject({ failure: 'not-permitted' })
        }
      }
    })
  })

  it('holds no scope of anything clinical, and the EHR refuses what it has none for', () => {
    expect(scopesOf('compliance').filter((scope) => scope.startsWith('user/')).sort()).toEqual(['user/AuditEvent.rs', 'user/Practitioner.rs', 'user/PractitionerRole.rs'])
    expect(readScopes(scopesOf('compliance')).permissions).toEqual(['audit:read'])
    expect(readScopes(scopesOf('privacy')).permissions).toEqual(['patient:search', 'audit:read'])
  })

  it('is not a clinician’s: to them the trail is refused, here and at the EHR', async () => {
    await at('ada', async (rig) => {
      expect(readScopes(scopesOf('physician')).permissions).not.toContain('audit:read')
      await expect(page(rig)).rejects.toThrow('not-permitted')
    })
    // Were the workstation to let it through, the EHR would not.
    const rig = startRig({ server, folder: undefined, token: 'ada', permissions: ['audit:read'], now: clock.now })
    await expect(page(rig)).rejects.toThrow('forbidden')
    await rig.stop()
  })
})
