import type { AuditHeader, AuditPort } from '../../../shared/audit.ts'
import type { InputOf, OutputOf } from '../../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import { accountOf } from '../audit-trail/disclosures.ts'
import { named } from '../audit-trail/named.ts'
import type { StaffDirectory } from '../audit-trail/staff.ts'
import type { Trail, TrailPart } from '../audit-trail/trail.ts'
import { disclosuresCsv } from '../export/disclosures-file.ts'
import { trailForms } from '../export/trail-file.ts'
import { writeWhole } from '../export/whole-file.ts'
import type { ChosenFile, ProposedFile } from '../protocol.ts'
import type { PortCaller } from './caller.ts'

export interface ExportParts {
  readonly trail: Trail
  readonly staff: StaffDirectory
  readonly audit: AuditPort
  /** Encrypts what was asked to the EHR's auditors; undefined where no key of theirs is known. */
  seal(detail: string): Promise<string | undefined>
  correlation(): string
  /** Has the person choose a file; undefined where they do not. Rejects `file-dialog` where they could not be asked. */
  choose(file: ProposedFile): Promise<ChosenFile | undefined>
  /** Nothing is written there any more. */
  ended(file: ChosenFile): void
}

/** Entries of one part: the most that servers give. */
const partSize = 1_000

type Input = InputOf<'audit.export'>
type Output = OutputOf<'audit.export'>
type Written = Omit<Output, 'saved'>

export function auditExportHandlers(parts: ExportParts): Pick<Handlers<'workspace', PortCaller>, 'audit.export'> {
  const { trail, staff, audit } = parts

  /** Says before the first byte what leaves: what was asked, and how many entries the EHR says that is. Rejects where it cannot be recorded. */
  async function announce({ filter, format, report }: Input, total: number | undefined): Promise<Omit<AuditHeader, 'outcome'>> {
    const sealed = await parts.seal(JSON.stringify({ ...filter, report, format, total }))
    const entry = {
      event: 'audit.export-write',
      action: 'R',
      cause: 'look',
      correlation: parts.correlation(),
      ...(filter.patient === undefined ? {} : { patient: filter.patient }),
      ...(sealed === undefined ? { text: 'not-kept' as const } : { sealed }),
    } as const
    await audit.intent({ ...entry, outcome: 'intent', ...(total === undefined ? {} : { count: total }) })
    return entry
  }

  async function write(file: ChosenFile, first: TrailPart, format: Input['format'], signal: AbortSignal): Promise<Written> {
    const form = trailForms[format]
    const seen = new Set<string>()
    let refused = 0
    let isPartial = false
    await writeWhole(file, async (append) => {
      await append(form.begin)
      for (let part: TrailPart | undefined = first; part !== undefined; part = part.rest && (await trail.next(part.rest, signal))) {
        signal.throwIfAborted()
        refused += part.refused.malformed + part.refused.wrongPatient
        isPartial ||= part.isPartial
        // Parts overlap where entries came in meanwhile: each leaves once.
        const fresh = part.entries.filter(({ row }) => !seen.has(row.id))
        for (const { row } of fresh) seen.add(row.id)
        await append((await named(staff, fresh, signal)).map((entry) => form.line(entry)).join(''))
      }
      signal.throwIfAborted()
    })
    return { written: seen.size, refused, isPartial }
  }

  /** What is written, once it has been counted: the account is read whole before, the trail as it is written. */
  async function contentOf({ filter, format, report }: Input, signal: AbortSignal): Promise<{ readonly total: number | undefined; to(file: ChosenFile): Promise<Written> }> {
    if (report === 'disclosures') {
      const { patient, from, to } = filter
      if (patient === undefined) throw new ChartkeepError('invalid-input')
      const { entries, refused, isPartial } = await accountOf(trail, staff, { patient, from, to }, signal)
      const text = format === 'csv' ? disclosuresCsv(entries.map(({ disclosure }) => disclosure)) : entries.map(trailForms.ndjson.line).join('')
      return {
        total: entries.length,
        to: async (file) => {
          await writeWhole(file, async (append) => {
            signal.throwIfAborted()
            await append(text)
          })
          return { written: entries.length, refused: refused.malformed + refused.wrongPatient, isPartial }
        },
      }
    }
    const users = filter.user === undefined ? undefined : await staff.find(filter.user, signal)
    const first: TrailPart =
      users?.length === 0
        ? { entries: [], order: 'server', total: 0, refused: { wrongPatient: 0, malformed: 0 }, isPartial: false, rest: undefined }
        : await trail.first({ filter, users: users?.map(({ reference }) => reference), sort: { by: 'at', descending: true }, count: partSize }, signal)
    return { total: first.total, to: (file) => write(file, first, format, signal) }
  }

  return {
    async 'audit.export'(input, { signal }): Promise<Output> {
      const file = await parts.choose({ report: input.report, format: input.format, call: input.call })
      if (file === undefined) return { saved: false, written: 0, refused: 0, isPartial: false }
      try {
        const content = await contentOf(input, signal)
        const entry = await announce(input, content.total)
        try {
          const result = await content.to(file)
          audit.outcome({ ...entry, outcome: 'success', count: result.written })
          return { saved: true, ...result }
        } catch (error) {
          audit.outcome({ ...entry, outcome: 'failed', failure: signal.aborted ? 'cancelled' : kindOf(error) })
          throw error
        }
      } finally {
        parts.ended(file)
      }
    },
  }
}
