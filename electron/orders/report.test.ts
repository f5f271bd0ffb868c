import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Policy } from '../../shared/policy.ts'
import { createReport } from './report.ts'

const [amara, nils] = ['a'.repeat(26), 'n'.repeat(26)]
let vaults = ''

beforeEach(() => {
  vaults = mkdtempSync(join(tmpdir(), 'chartkeep-report-'))
  for (const user of [amara, nils]) mkdirSync(join(vaults, user))
})
afterEach(() => rmSync(vaults, { recursive: true }))

/** The last moment that ISO 8601 has four digits for. */
const latest = Date.UTC(10_000, 0) - 1

async function reportOf(files: Readonly<Record<string, readonly [amara: string, nils: string]>>) {
  for (const [name, [first, second]] of Object.entries(files)) {
    writeFileSync(join(vaults, amara, name), first)
    writeFileSync(join(vaults, nils, name), second)
  }
  const report = createReport({
    vaults, users: { of: async () => undefined }, subjectOf: (userKey) => userKey.slice(0, 1), version: '1', clock: { now: () => 0 }, changed: () => undefined,
    workstation: () => ({ session: () => ({ state: 'signedOut', epoch: 1 }), waiting: () => [{ userKey: amara }, { userKey: nils }] }),
    policy: () => ({ policy: Policy.parse({ ehr: { fhirBase: 'https://ehr.example/fhir', clientId: 'chartkeep' }, site: 'North' }), caPem: undefined }),
  })
  await report.load()
  return report
}

it.each([1e300, 8_640_000_000_000_001, latest + 1])('the report is made though somebody wrote beside a vault that it was left at %d', async (at) => {
  const report = await reportOf({ 'left.json': [`{"at":${at}}`, `{"at":${latest}}`] })
  expect(report.status(0)).toMatchObject({ people: { named: [{ user: 'a', waits: true }, { user: 'n', waits: true, since: '9999-12-31T23:59:59.999Z' }] } })
  expect(JSON.stringify(report.status(0)).match(/"since"/g)).toHaveLength(2)
})

it('the report names no more work than the desk takes, whatever lies beside a vault, and however much it is together', async () => {
  const report = await reportOf({ 'unsent.json': ['{"drafts":1000000,"changes":0}', '{"drafts":100000,"changes":100000}'] })
  expect(report.status(0)).toMatchObject({ unsent: { drafts: 100_000, changes: 100_000 }, people: { named: [{ user: 'a' }, { user: 'n', unsent: { drafts: 100_000, changes: 100_000 } }] } })
  report.unsent(amara, { drafts: 100_001, changes: 7 })
  expect(report.status(0)).toMatchObject({ unsent: { drafts: 100_000, changes: 100_000 }, people: { named: [{ user: 'a', unsent: { drafts: 100_000, changes: 7 } }, {}] } })
})
