import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import { ChartkeepError } from '../../../shared/errors.ts'

const Bundle = z.looseObject({
  resourceType: z.literal('Bundle'),
  type: z.string(),
  total: z.number().int().nonnegative().optional().catch(undefined),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.looseObject({ resource: z.unknown().optional(), search: z.looseObject({ mode: z.string().optional() }).optional() })).default([]),
})

/** One page of a search, in the order the EHR gave. */
export interface Page {
  readonly resources: readonly Resource[]
  /** Left out, counted by reason. */
  readonly refused: { readonly wrongPatient: number; readonly malformed: number }
  /** The address of the next page, as the EHR wrote it: not checked yet. */
  readonly next: string | undefined
  readonly total: number | undefined
}

export interface PageRules {
  /** The types that were asked for; another is malformed. */
  readonly types: readonly string[]
  /** The question, held against the bundle's own account of it, so that an empty answer to another one does not read as "none". */
  readonly about?: { readonly type: string; readonly patient: string }
  /** Whether a resource is about the patient it was asked for; always true for lists of patients. */
  belongs(resource: Resource): boolean
}

/** Reads a search's answer, trusting nothing. Throws `malformed` if it is no searchset or answers another question, `wrong-patient` if it was one about somebody else. */
export function readBundle(json: unknown, rules: PageRules): Page {
  const bundle = Bundle.safeParse(json)
  if (!bundle.success || bundle.data.type !== 'searchset') throw new ChartkeepError('malformed')
  if (rules.about !== undefined) checkSelf(bundle.data.link.find(({ relation }) => relation === 'self')?.url, rules.about)
  const resources: Resource[] = []
  const refused = { wrongPatient: 0, malformed: 0 }
  for (const { resource, search } of bundle.data.entry) {
    // What the server has to say about the search is no part of the chart.
    if (search?.mode === 'outcome') continue
    const read = FhirResource.safeParse(resource)
    if (!read.success || read.data.id === undefined || !rules.types.includes(read.data.resourceType)) refused.malformed += 1
    else if (!rules.belongs(read.data)) refused.wrongPatient += 1
    else resources.push(read.data)
  }
  return { resources, refused, next: bundle.data.link.find(({ relation }) => relation === 'next')?.url, total: bundle.data.total }
}

/**
 * The self link repeats what was searched for (https://hl7.org/fhir/R4/search.html#conformance). Proxies and caches swap answers; entries give
 * themselves away, an answer without any does not. Links without a type (pages by a number) or without a patient say nothing, and pass.
 */
function checkSelf(self: string | undefined, { type, patient }: { readonly type: string; readonly patient: string }): void {
  const url = self !== undefined && URL.canParse(self, 'https://base.invalid') ? new URL(self, 'https://base.invalid') : undefined
  if (url === undefined) return
  const named = url.pathname.replace(/\/_search$/, '').split('/').at(-1) ?? ''
  if (/^[A-Z][A-Za-z]+$/.test(named) && named !== type) throw new ChartkeepError('malformed')
  for (const name of ['patient', 'subject', 'patient:Patient', 'subject:Patient']) {
    for (const value of url.searchParams.getAll(name)) if (value.split('/').at(-1) !== patient) throw new ChartkeepError('wrong-patient')
  }
}
