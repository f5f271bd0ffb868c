import type { Disclosure } from '../../../shared/audit-trail/disclosure.ts'
import { readDisclosure } from '../../../shared/audit-trail/read-disclosure.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { named } from './named.ts'
import { disclosureQuestions } from './question.ts'
import type { StaffDirectory } from './staff.ts'
import type { Trail, TrailEntry, TrailPart } from './trail.ts'

/** Everything of a patient that left in a period, the oldest first, as 164.528 lists it. */
export interface Account {
  readonly entries: readonly (TrailEntry & { readonly disclosure: Disclosure })[]
  readonly refused: { readonly wrongPatient: number; readonly malformed: number }
  readonly isPartial: boolean
}

export interface AccountQuestion {
  readonly patient: PatientId
  readonly from: number
  readonly to: number
}

const partSize = 500

/** Reads it whole: an account that stops at a page is none. Rejects with the kinds of the way to the EHR. */
export async function accountOf(trail: Trail, staff: StaffDirectory, { patient, from, to }: AccountQuestion, signal: AbortSignal): Promise<Account> {
  const found = new Map<string, TrailEntry>()
  const refused = { wrongPatient: 0, malformed: 0 }
  let isPartial = false
  for (const only of disclosureQuestions) {
    const question = { filter: { patient, from, to }, users: undefined, only, sort: { by: 'at', descending: false }, count: partSize } as const
    for (let part: TrailPart | undefined = await trail.first(question, signal); part !== undefined; part = part.rest && (await trail.next(part.rest, signal))) {
      for (const entry of part.entries) found.set(entry.row.id, entry)
      refused.wrongPatient += part.refused.wrongPatient
      refused.malformed += part.refused.malformed
      isPartial ||= part.isPartial
    }
  }
  const entries = (await named(staff, [...found.values()], signal)).flatMap(({ resource, row }) => {
    const disclosure = readDisclosure(resource)
    return disclosure === undefined ? [] : [{ resource, row, disclosure: { ...disclosure, user: row.user } }]
  })
  return { entries: entries.sort((a, b) => (a.disclosure.at ?? 0) - (b.disclosure.at ?? 0)), refused, isPartial }
}
