import type { AuditFilter, AuditPage } from '../../../shared/contract/index.ts'
import type { Handlers } from '../../rpc/router.ts'
import { accountOf } from '../audit-trail/disclosures.ts'
import { named } from '../audit-trail/named.ts'
import type { StaffDirectory } from '../audit-trail/staff.ts'
import type { TrailTexts } from '../audit-trail/texts.ts'
import type { Trail, TrailPart, TrailRest } from '../audit-trail/trail.ts'
import type { Continuations } from '../continuations.ts'
import type { PortCaller } from './caller.ts'

export interface AuditParts {
  readonly trail: Trail
  readonly staff: StaffDirectory
  readonly texts: TrailTexts
  readonly continuations: Continuations<TrailRest>
}

/** Entries of one part: a few screens, and quick to read. */
const partSize = 500

export function auditHandlers({ trail, staff, texts, continuations }: AuditParts): Pick<Handlers<'workspace', PortCaller>, 'audit.events' | 'audit.disclosures' | 'audit.text'> {
  /** A part as a page gets it: with names, and a name for the rest. */
  async function pageOf(part: TrailPart, filter: AuditFilter, signal: AbortSignal, users?: AuditPage['users']): Promise<AuditPage> {
    const rows = (await named(staff, part.entries, signal)).map(({ row }) => row)
    return {
      rows,
      order: part.order,
      refused: { ...part.refused },
      isPartial: part.isPartial,
      ...(part.total === undefined ? {} : { total: part.total }),
      ...(part.rest === undefined ? {} : { next: continuations.name(JSON.stringify(filter), part.rest) }),
      ...(users === undefined ? {} : { users }),
    }
  }

  return {
    async 'audit.events'({ filter, sort, next }, { signal }) {
      if (next !== undefined) return pageOf(await trail.next(continuations.find(JSON.stringify(filter), next), signal), filter, signal)
      const users = filter.user === undefined ? undefined : await staff.find(filter.user, signal)
      // Nobody goes by that name: then nobody did anything, and the EHR is not asked for the deeds of everybody.
      if (users?.length === 0) return { rows: [], order: 'server', refused: { wrongPatient: 0, malformed: 0 }, isPartial: false, total: 0, users: [] }
      const part = await trail.first({ filter, users: users?.map(({ reference }) => reference), sort, count: partSize }, signal)
      return pageOf(part, filter, signal, users?.map((entry) => ({ ...entry })))
    },
    'audit.text': async ({ entry }, { signal }) => ({ text: await texts.open(entry, signal) }),
    async 'audit.disclosures'(question, { signal }) {
      const { entries, refused, isPartial } = await accountOf(trail, staff, question, signal)
      return { disclosures: entries.map(({ disclosure }) => disclosure), refused, isPartial }
    },
  }
}
