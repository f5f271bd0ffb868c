import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readScopes } from '../../electron/auth/permissions.ts'
import { startRig } from '../../electron/records/testing/rig.ts'
import { type CallerFacts, createRouter, type Handlers } from '../../electron/rpc/router.ts'
import { validCalls } from '../../electron/rpc/testing/valid-calls.ts'
import { auditColumns } from '../../shared/audit-trail/columns.ts'
import { type AuditFilter, contract, isProcedureName, mainProcedures, PatientId, type ProcedureName } from '../../shared/contract/index.ts'
import { all, clock, day, events, month, openTrailSite, page, scopesOf, type TrailSite } from './audit-trail/site.ts'

let site: TrailSite
beforeAll(async () => {
  site = await openTrailSite()
})
afterAll(() => site.close())

describe('the audit trail, at the workstation of a compliance officer @164.312(b)', () => {
  it('is read whole, part after part, newest first, each entry once and with the names of staff', async () => {
    await site.at('cora', async (rig) => {
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
    await site.at('cora', async (rig) => {
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
    await site.at('cora', async (rig) => {
      expect(await page(rig, { filter: { ...month, user: 'Nobodysname' } })).toMatchObject({ rows: [], users: [], total: 0 })
    })
  })

  it('is sorted by the EHR where it sorts, and where it refuses comes unsorted and says so; then it is not asked again', async () => {
    await site.at('cora', async (rig) => {
      const oldestFirst = await page(rig, { sort: { by: 'at', descending: false } })
      const times = oldestFirst.rows.map(({ at: time }) => time ?? 0)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      for (const by of auditColumns.filter((column) => column !== 'at')) {
        site.asked.length = 0
        expect(await page(rig, { sort: { by, descending: false } }), by).toMatchObject({ order: 'as-it-came', total: events })
        expect(site.asked.filter(({ url }) => url.includes('AuditEvent')).map(({ status }) => status)).toEqual([400, 200])
        site.asked.length = 0
        expect(await page(rig, { sort: { by, descending: true } })).toMatchObject({ order: 'as-it-came' })
        expect(site.asked.filter(({ url }) => url.includes('AuditEvent')).map(({ status }) => status)).toEqual([200])
      }
      // No name, no patient and no period in an address.
      expect(site.asked.map(({ url }) => url)).toEqual(site.asked.map(() => expect.stringMatching(/\/_search$/)))
    })
  })

  it('that is looked at is recorded before it is shown, with whom it is about and, for the EHR alone, what was asked', async () => {
    await site.at('cora', async (rig) => {
      await page(rig, { filter: { ...month, patient: PatientId.parse('ann'), user: 'dr-ben' } })
      const mine = rig.audit.filter(({ event }) => event === 'audit.events')
      expect(mine).toMatchObject([{ outcome: 'intent', action: 'R', patient: 'ann', cause: 'look' }, { outcome: 'success' }])
      expect(JSON.stringify(mine)).not.toContain('dr-ben')
      rig.refuseAudit()
      await expect(page(rig)).rejects.toThrow('audit-unavailable')
    })
  })

  it('goes on only where it was begun: the rest of one question is not the rest of another', async () => {
    await site.at('cora', async (rig) => {
      const { next } = await page(rig)
      await expect(page(rig, { filter: { ...month, patient: PatientId.parse('ann') }, next: next ?? '' })).rejects.toThrow('stale')
      await expect(page(rig, { next: 'made-up' })).rejects.toThrow('stale')
    })
  })
})

describe('the account of what of a patient left @164.528', () => {
  it('has every disclosure of that patient and of nobody else, the oldest first, with recipient, content and purpose; and emergency access apart', async () => {
    await site.at('cora', async (rig) => {
      const rows = await all(rig)
      const patients = new Set(rows.flatMap(({ patient }) => patient ?? []))
      for (const patient of patients) {
        const reply = await rig.workspace().call('audit.disclosures', { patient, from: month.from, to: month.to })
        if ('failure' in reply) throw new Error(reply.failure)
        const { disclosures, refused } = reply.value
        expect(refused).toEqual({ wrongPatient: 0, malformed: 0 })
        expect(disclosures.map(({ id }) => id).sort()).toEqual(rows.filter((row) => row.patient === patient && (row.kind === 'disclosure' || row.kind === 'override-begun')).map(({ id }) => id).sort())
        expect(disclosures.map(({ at }) => at)).toEqual(disclosures.map(({ at }) => at).sort((a, b) => (a ?? 0) - (b ?? 0)))
        for (const { group, recipient, what, purposes, reason, user } of disclosures) {
          expect(group === 'emergency' ? [reason] : [recipient.name, ...what]).not.toContain(undefined)
          expect([purposes.length, user.name]).toEqual([1, expect.stringMatching(/, Test$/)])
          if (group !== 'emergency') expect(group).toBe(purposes[0] === 'PUBHLTH' || purposes[0] === 'LEGAL' ? 'owed' : 'not-owed')
        }
      }
      expect(patients.size).toBeGreaterThan(2)
    })
  })

  it('is recorded as a look at that patient, and refused to who treats', async () => {
    const question = { patient: PatientId.parse('ann'), from: month.from, to: month.to }
    await site.at('cora', async (rig) => {
      await rig.workspace().call('audit.disclosures', question)
      expect(rig.audit.filter(({ event }) => event === 'audit.disclosures')).toMatchObject([{ outcome: 'intent', patient: 'ann' }, { outcome: 'success', patient: 'ann' }])
    })
    await site.at('ada', async (rig) => expect(await rig.workspace().call('audit.disclosures', question)).toMatchObject({ failure: 'not-permitted' }))
  })
})

describe('the session of somebody who reviews access @164.312(a)(1)', () => {
  const names = Object.keys(contract).filter(isProcedureName)
  const clinical = names.filter((name) => contract[name].needs !== 'anyone' && contract[name].needs !== 'audit:read')

  it('is answered by no procedure that reads a patient, on any way there is', async () => {
    expect(clinical).toEqual(expect.arrayContaining<ProcedureName>(['tab.open', 'chart.section', 'patients.search', 'patients.mine', 'patients.recent', 'place.recall', 'draft.read', 'draft.save']))
    await site.at('cora', async (rig) => {
      for (const name of clinical) {
        const { via } = contract[name]
        const { input } = validCalls[name]
        if (via === 'main') {
          const { permissions } = readScopes(scopesOf('compliance'))
          const handlers = {} as Handlers<'main', CallerFacts> // None is reached.
          const answer = createRouter<'main', CallerFacts>({ via, rows: mainProcedures, handlers, session: () => ({ state: 'active', permissions }), audit: { intent: () => Promise.resolve(), outcome: () => undefined }, seal: () => Promise.resolve(undefined), correlation: () => '0badcafe', report: () => undefined })
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
    await site.at('ada', async (rig) => {
      expect(readScopes(scopesOf('physician')).permissions).not.toContain('audit:read')
      await expect(page(rig)).rejects.toThrow('not-permitted')
    })
    // Were the workstation to let it through, the EHR would not.
    const rig = startRig({ server: site.server, folder: undefined, token: 'ada', permissions: ['audit:read'], now: clock.now })
    await expect(page(rig)).rejects.toThrow('forbidden')
    await rig.stop()
  })
})
