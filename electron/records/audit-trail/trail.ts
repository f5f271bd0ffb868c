import type { AuditColumn, AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { readAuditEvent } from '../../../shared/audit-trail/read-event.ts'
import type { AuditFilter } from '../../../shared/contract/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { Resource } from '@medplum/fhirtypes'
import { type Page, readBundle } from '../fhir/bundle.ts'
import type { FhirClient } from '../fhir/client.ts'
import { nextWithin } from '../fhir/paging.ts'
import { type Only, questionParameters } from './question.ts'

/** A part of the trail, in the order it came. */
export interface TrailPart {
  readonly entries: readonly TrailEntry[]
  readonly order: 'server' | 'as-it-came'
  readonly total: number | undefined
  readonly refused: { readonly wrongPatient: number; readonly malformed: number }
  readonly isPartial: boolean
  readonly rest: TrailRest | undefined
}

/** An entry as it came, and as it is read. */
export interface TrailEntry {
  readonly resource: Resource
  readonly row: AuditRow
}

/** Where the trail goes on. */
export interface TrailRest {
  readonly url: string
  readonly order: TrailPart['order']
  /** Every address read so far: a circle would never end. */
  readonly seen: readonly string[]
  readonly patient: string | undefined
}

interface TrailQuestion {
  readonly filter: AuditFilter
  readonly users: readonly string[] | undefined
  readonly only?: Only | undefined
  readonly sort: AuditSort
  readonly count: number
}

/** Reads the EHR's audit trail (`AuditEvent`), part after part. Rejects with the kinds of the way to the EHR. */
export interface Trail {
  first(question: TrailQuestion, signal?: AbortSignal): Promise<TrailPart>
  next(rest: TrailRest, signal?: AbortSignal): Promise<TrailPart>
}

/** FHIR's answer to a parameter that the server does not know (R4 §3.1.1.4.2). */
const badRequest = 400
/** Parts that one reading may have: a server that gives out ever new ones has lost its way. */
const mostParts = 20_000

export function createTrail(client: FhirClient): Trail {
  /** By which columns this EHR refused to sort: it is not asked again. */
  const unsortable = new Set<AuditColumn>()

  function part(json: unknown, patient: string | undefined, order: TrailPart['order'], seen: readonly string[]): TrailPart {
    const rows = new Map<string, AuditRow>()
    const page = readBundle(json, {
      types: ['AuditEvent'],
      ...(patient === undefined ? {} : { about: { type: 'AuditEvent', patient } }),
      belongs: (resource) => {
        const row = readAuditEvent(resource)
        if (row === undefined) return 'unsaid'
        rows.set(row.id, row)
        // An entry about somebody else must not stand in the account of this patient.
        return patient === undefined || row.patient === patient ? 'yes' : row.patient === undefined ? 'unsaid' : 'no'
      },
    })
    return {
      entries: page.resources.flatMap((resource) => {
        const row = rows.get(resource.id ?? '')
        return row === undefined ? [] : [{ resource, row }]
      }),
      order: order === 'server' && isIgnored(page) ? 'as-it-came' : order,
      total: page.total,
      refused: page.refused,
      isPartial: page.isPartial,
      rest: page.next === undefined ? undefined : { url: nextWithin(client.fhirBase, page.next, new Set(seen)), order, seen, patient },
    }
  }

  async function ask(question: TrailQuestion, sort: AuditSort | undefined, signal: AbortSignal | undefined): Promise<TrailPart> {
    const json = await client.search('AuditEvent', questionParameters({ ...question, sort }), { effort: client.effort(signal) })
    return part(json, question.filter.patient, sort === undefined ? 'as-it-came' : 'server', [])
  }

  return {
    async first(question, signal) {
      const { sort } = question
      if (unsortable.has(sort.by)) return ask(question, undefined, signal)
      try {
        return await ask(question, sort, signal)
      } catch (error) {
        if (!(error instanceof ChartkeepError) || error.cause !== badRequest) throw error
        // Which of the parameters it does not know is not said: without the order it either answers, or refuses the rest as well.
        const unsorted = await ask(question, undefined, signal)
        unsortable.add(sort.by)
        return unsorted
      }
    },
    async next({ url, order, seen, patient }, signal) {
      if (seen.length >= mostParts) throw new ChartkeepError('malformed')
      const answer = await client.get(url, { effort: client.effort(signal) })
      if (answer.kind === 'unchanged') throw new ChartkeepError('server')
      return part(answer.json, patient, order, [...seen, url])
    },
  }
}

/** Whether the EHR says itself that it did not heed the order. */
const isIgnored = (page: Page): boolean => page.ignores('_sort') && !page.ignores('date')
