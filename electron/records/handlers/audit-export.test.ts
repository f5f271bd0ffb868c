import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PatientId } from '../../../shared/contract/index.ts'
import type { TrailPart } from '../audit-trail/trail.ts'
import { auditExportHandlers } from './audit-export.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-export-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ann = PatientId.parse('ann')
const part = (isPartial: boolean, rest?: TrailPart['rest']): TrailPart => ({ entries: [], order: 'server', total: undefined, refused: { wrongPatient: 0, malformed: 0 }, isPartial, rest })
const more = { url: 'https://ehr.example.org/fhir?page=2', order: 'server', seen: [], patient: undefined } as const

/** What an export says of itself where the EHR answers with these parts, whatever is asked. */
async function exported(report: 'audit-trail' | 'disclosures', format: 'csv' | 'ndjson', first: TrailPart, next = part(false)) {
  const path = join(folder, 'out')
  const handlers = auditExportHandlers({
    trail: { first: () => Promise.resolve(first), next: () => Promise.resolve(next) },
    staff: { names: () => Promise.resolve(new Map()), find: () => Promise.resolve([]) },
    audit: { intent: () => Promise.resolve(), outcome: () => undefined },
    seal: () => Promise.resolve(undefined),
    correlation: () => 'c',
    choose: () => Promise.resolve({ path, part: `${path}.0badcafe.part` }),
    ended: () => undefined,
  })
  const result = await handlers['audit.export']({ filter: { from: 0, to: 1, patient: ann }, format, report, call: 'c' }, { arrival: 0, signal: new AbortController().signal })
  readFileSync(path)
  return result
}

describe('a file of which the EHR says that it left something out', () => {
  for (const report of ['audit-trail', 'disclosures'] as const) {
    for (const format of ['csv', 'ndjson'] as const) {
      it(`is not called whole: ${report} as ${format}, whichever part says it`, async () => {
        expect(await exported(report, format, part(true, more))).toMatchObject({ saved: true, isPartial: true })
        expect(await exported(report, format, part(false, more), part(true))).toMatchObject({ saved: true, isPartial: true })
        expect(await exported(report, format, part(false, more))).toMatchObject({ saved: true, isPartial: false })
      })
    }
  }
})
