import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import { PatientId } from '../../shared/contract/index.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import type { ProposedFile } from '../../electron/records/protocol.ts'
import { proposedFile } from '../../electron/session/proposed-file.ts'
import { unfinishedFiles } from '../../electron/session/unfinished-files.ts'
import type { Keychain } from '../../electron/vault/keychain.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { all, clock, events, month, openTrailSite, page, type TrailSite } from './audit-trail/site.ts'

let site: TrailSite
let folder = ''
beforeAll(async () => {
  site = await openTrailSite()
})
afterAll(() => site.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-export-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const written = (audit: readonly AuditHeader[]) => audit.filter(({ event }) => event.startsWith('audit.export')).map(({ event, outcome, count, failure }) => [event, outcome, count ?? failure].filter((each) => each !== undefined).join(' '))
/** One record of a CSV file whose cells are all quoted. */
const cellsOf = (line: string) => line.slice(1, -1).split('","')

describe('an export of the audit trail @164.312(b)', () => {
  it('as CSV has every entry once, in UTC, with names, and for its owner alone', async () => {
    const path = join(folder, 'out.csv')
    await site.at('cora', async (rig) => {
      expect(await rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'audit-trail', call: randomUUID() })).toEqual({ value: { saved: true, written: events, refused: 0, isPartial: false } })
      const text = readFileSync(path, 'utf8')
      expect(text.startsWith('\ufeff"recorded","user_id","user_name","action"')).toBe(true)
      const lines = text.slice(1).split('\r\n').slice(1, -1).map(cellsOf)
      const rows = await all(rig)
      expect(lines.map((cells) => cells[13])).toEqual(rows.map(({ id }) => id))
      expect(lines.map(([recorded]) => recorded)).toEqual(rows.map(({ at }) => new Date(at ?? 0).toISOString()))
      expect(lines.map((cells) => cells[2])).toEqual(rows.map(({ user }) => user.name))
      expect(statSync(path).mode & 0o077).toBe(0)
    }, { chooseFile: () => path })
  })

  it('as FHIR has the resources as they came, one a line', async () => {
    const path = join(folder, 'out.ndjson')
    await site.at('cora', async (rig) => {
      const ann = PatientId.parse('ann')
      const rows = await all(rig, { filter: { ...month, patient: ann } })
      expect(await rig.workspace().call('audit.export', { filter: { ...month, patient: ann }, format: 'ndjson', report: 'audit-trail', call: randomUUID() })).toEqual({ value: { saved: true, written: rows.length, refused: 0, isPartial: false } })
      const resources = readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line): { resourceType: string; id: string } => JSON.parse(line))
      expect(resources.map(({ resourceType, id }) => [resourceType, id])).toEqual(rows.map(({ id }) => ['AuditEvent', id]))
    }, { chooseFile: () => path })
  })

  it('is recorded before its first byte, by how many and by what filter; and without that there is no file', async () => {
    const path = join(folder, 'out.csv')
    await site.at('cora', async (rig) => {
      await rig.workspace().call('audit.export', { filter: { ...month, patient: PatientId.parse('ann') }, format: 'csv', report: 'audit-trail', call: randomUUID() })
      const ann = (await page(rig, { filter: { ...month, patient: PatientId.parse('ann') } })).total
      expect(written(rig.audit)).toEqual(['audit.export intent', `audit.export-write intent ${ann}`, `audit.export-write success ${ann}`, 'audit.export success'])
      expect(rig.audit.find(({ event }) => event === 'audit.export-write')).toMatchObject({ patient: 'ann', text: 'not-kept' })
    }, { chooseFile: () => path })
    rmSync(path)
    await site.at('cora', async (rig) => {
      expect(await rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'audit-trail', call: randomUUID() })).toMatchObject({ failure: 'audit-unavailable' })
      expect(readdirSync(folder)).toEqual([])
    }, {
      chooseFile: () => path,
      audit: { intent: ({ event }) => (event === 'audit.export-write' ? Promise.reject(new Error('the disk is full')) : Promise.resolve()), outcome: () => undefined },
    })
  })

  it('of an account of disclosures has what the screen has, and is of one patient or refused', async () => {
    const path = join(folder, 'account.csv')
    await site.at('cora', async (rig) => {
      const ann = PatientId.parse('ann')
      const reply = await rig.workspace().call('audit.disclosures', { patient: ann, from: month.from, to: month.to })
      const ids = 'value' in reply ? reply.value.disclosures.map(({ id }) => id) : []
      expect(await rig.workspace().call('audit.export', { filter: { ...month, patient: ann }, format: 'csv', report: 'disclosures', call: randomUUID() })).toEqual({ value: { saved: true, written: ids.length, refused: 0, isPartial: false } })
      const lines = readFileSync(path, 'utf8').slice(1).split('\r\n').slice(0, -1).map(cellsOf)
      expect(lines[0]).toEqual(['disclosed', 'recipient', 'recipient_address', 'what', 'purpose', 'accounting', 'user_id', 'user_name', 'entry_id'])
      expect(lines.slice(1).map((cells) => cells[8])).toEqual(ids)
      expect(rig.audit).toContainEqual(expect.objectContaining({ event: 'audit.export-write', outcome: 'intent', count: ids.length, patient: 'ann' }))
      rmSync(path)
      expect(await rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'disclosures', call: randomUUID() })).toMatchObject({ failure: 'invalid-input' })
      expect(readdirSync(folder)).toEqual([])
    }, { chooseFile: () => path })
  })

  it('that the person leaves at the dialog writes nothing', async () => {
    await site.at('cora', async (rig) => {
      expect(await rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'audit-trail', call: randomUUID() })).toEqual({ value: { saved: false, written: 0, refused: 0, isPartial: false } })
      expect(written(rig.audit)).toEqual(['audit.export intent', 'audit.export success'])
    })
  })

  it('whose dialog fails says so, and is recorded as failed: nobody has left it', async () => {
    await site.at('cora', async (rig) => {
      expect(await rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'audit-trail', call: randomUUID() })).toMatchObject({ failure: 'file-dialog' })
      expect(written(rig.audit)).toEqual(['audit.export intent', 'audit.export failed file-dialog'])
    }, { chooseFile: () => Promise.reject(new ChartkeepError('file-dialog')) })
  })

  it('that a lock interrupts leaves no file, whole or half, and says in the chain that it ended', async () => {
    let chosen: (path: string) => void = () => undefined
    const choosing = new Promise<string>((resolve) => {
      chosen = resolve
    })
    await site.at('cora', async (rig) => {
      void rig.workspace().call('audit.export', { filter: month, format: 'csv', report: 'audit-trail', call: randomUUID() })
      await rig.heard('want-file')
      chosen(join(folder, 'out.csv'))
      // The lock comes while the first part is asked of the EHR.
      rig.send({ kind: 'flush', request: 1 })
      await rig.heard('flushed')
      expect(readdirSync(folder)).toEqual([])
      expect(written(rig.audit)).toEqual(['audit.export intent', expect.stringContaining('audit.export failed')])
    }, { chooseFile: () => choosing })
  })

  describe('whose process is killed half-way', () => {
    const log = createLog(() => undefined, clock)
    const noted = async (keychain: Keychain) => JSON.parse((await keychain.get('unfinished-files')) ?? '[]')

    /** A keychain, and what a process that was killed has left: half of a report, of which main has noted where it is. */
    async function half(keychain: Keychain) {
      const path = join(folder, 'out.csv')
      const file = await unfinishedFiles({ keychain, log }).begin(path)
      expect(await noted(keychain)).toEqual([file.part])
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'audit-trail', 'half-written.ts'), path, file.part], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(writer.stdout, 'data')
      writer.kill('SIGKILL')
      await once(writer, 'exit')
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^out\.csv\.[0-9a-f]{8}\.part$/)])
      return file
    }

    it('leaves nothing by the name that was chosen, and nothing at all once main has seen it end', async () => {
      const keychain = memoryKeychain()
      const { part } = await half(keychain)
      await unfinishedFiles({ keychain, log }).ended([part])
      expect([readdirSync(folder), await noted(keychain)]).toEqual([[], []])
    })

    it('leaves nothing after the next start, where main was killed with it; what others have there stays', async () => {
      const keychain = memoryKeychain()
      await half(keychain)
      writeFileSync(join(folder, 'out.csv.0badcafe.part'), 'of somebody else')
      await unfinishedFiles({ keychain, log }).clear()
      expect([readdirSync(folder), await noted(keychain)]).toEqual([['out.csv.0badcafe.part'], []])
    })

    it('is cleared away at a later start where the disk was taken out meanwhile', async () => {
      const keychain = memoryKeychain()
      const { part } = await half(keychain)
      renameSync(folder, `${folder}-away`)
      await unfinishedFiles({ keychain, log }).clear()
      expect(await noted(keychain)).toEqual([part])
      renameSync(`${folder}-away`, folder)
      await unfinishedFiles({ keychain, log }).clear()
      expect([readdirSync(folder), await noted(keychain)]).toEqual([[], []])
    })
  })

  it('proposes a name that says nothing of anybody', () => {
    const names = (['csv', 'ndjson'] as const).map((format): ProposedFile => ({ report: 'audit-trail', format, call: randomUUID() })).map((file) => proposedFile(file, clock.now()).name)
    expect(names).toEqual(['audit-trail-2026-11-28.csv', 'audit-trail-2026-11-28.ndjson'])
  })
})
