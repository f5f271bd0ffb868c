import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { failureOfAnswer, type Verdict, verdictOf } from './outcome.ts'

const Bundle = z.looseObject({
  resourceType: z.literal('Bundle'),
  type: z.string(),
  total: z.number().int().nonnegative().optional().catch(undefined),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.looseObject({ resource: z.unknown().optional(), search: z.looseObject({ mode: z.string().optional() }).optional() })).default([]),
})

/** What a resource says of whose it is. `unsaid`: nothing that can be held against the patient's id, as a reference by an identifier alone. */
export type Belonging = 'yes' | 'no' | 'unsaid'

/** One page of a search, in the order the EHR gave. */
export interface Page {
  readonly resources: readonly Resource[]
  /** Left out, counted by reason. */
  readonly refused: { readonly wrongPatient: number; readonly malformed: number }
  /** The EHR says that it left something out. */
  readonly isPartial: boolean
  /** Whether the EHR repeats what was asked and leaves this parameter out: it did not heed it. */
  ignores(parameter: string): boolean
  /** The address of the next page, as the EHR wrote it: not checked yet. */
  readonly next: string | undefined
  readonly total: number | undefined
}

export interface PageRules {
  /** The types that were asked for; another is malformed. */
  readonly types: readonly string[]
  /** The question, held against the bundle's own account of it, so that an empty answer to another one does not read as "none". */
  readonly about?: { readonly type: string; readonly patient: string }
  /** Whether a resource is about the patient it was asked for: `no`, if it says that it is about another; always `yes` for lists of patients. */
  belongs(resource: Resource): Belonging
}

/** Reads a search's answer, trusting nothing. Throws `malformed` if it is no searchset or answers another question, `wrong-patient` if it was one about somebody else. */
export function readBundle(json: unknown, rules: PageRules): Page {
  const bundle = Bundle.safeParse(json)
  if (!bundle.success || bundle.data.type !== 'searchset') throw insteadOfAnswer(json)
  const { link, entry, total } = bundle.data
  const self = asUrl(link.find(({ relation }) => relation === 'self')?.url)
  if (rules.about !== undefined) checkSelf(self, rules.about)
  const resources: Resource[] = []
  const refused = { wrongPatient: 0, malformed: 0 }
  const verdicts: Verdict[] = []
  for (const { resource, search } of entry) {
    // What the server has to say about the search is no part of the chart; not every server marks it as that.
    const verdict = verdictOf(resource)
    if (verdict !== undefined) verdicts.push(verdict)
    if (verdict !== undefined || search?.mode === 'outcome') continue
    const read = FhirResource.safeParse(resource)
    const isAskedFor = read.success && rules.types.includes(read.data.resourceType)
    // Who wrote a record, its provenance: some servers send it along unasked. It is nothing that was left out.
    if (read.success && !isAskedFor && search?.mode === 'include') continue
    if (!isAskedFor || read.data.id === undefined) refused.malformed += 1
    else {
      const belongs = rules.belongs(read.data)
      if (belongs === 'yes') resources.push(read.data)
      // Neither is shown; only one is a reason to report the EHR.
      else if (belongs === 'no') refused.wrongPatient += 1
      else refused.malformed += 1
    }
  }
  // "None" is what nobody may read out of an answer that failed.
  if (verdicts.includes('failed') && resources.length === 0) throw insteadOfAnswer(entry.find(({ resource }) => verdictOf(resource) === 'failed')?.resource)
  return {
    resources,
    refused,
    isPartial: verdicts.some((verdict) => verdict !== 'fine'),
    ignores: (parameter) => self !== undefined && self.searchParams.size > 0 && !self.searchParams.has(parameter),
    next: link.find(({ relation }) => relation === 'next')?.url,
    total,
  }
}

/** What a 200 means that holds an outcome and no searchset: what the outcome says, where it says it. */
export function insteadOfAnswer(json: unknown): ChartkeepError {
  const verdict = verdictOf(json)
  const kind = verdict === 'failed' || verdict === 'not-whole' ? failureOfAnswer(200, json) : 'server'
  return new ChartkeepError(kind === 'server' ? 'malformed' : kind)
}

function asUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text, 'https://base.invalid') ? new URL(text, 'https://base.invalid') : undefined
}

/**
 * The self link repeats what was searched for (https://hl7.org/fhir/R4/search.html#conformance). Proxies and caches swap answers; entries give
 * themselves away, an answer without any does not. Links without a type (pages by a number) or without a patient say nothing, and pass.
 */
function checkSelf(url: URL | undefined, { type, patient }: { readonly type: string; readonly patient: string }): void {
  if (url === undefined) return
  const named = url.pathname.replace(/\/_search$/, '').split('/').at(-1) ?? ''
  if (/^[A-Z][A-Za-z]+$/.test(named) && named !== type) throw new ChartkeepError('malformed')
  for (const name of ['patient', 'subject', 'patient:Patient', 'subject:Patient']) {
    for (const value of url.searchParams.getAll(name)) if (value.split('/').at(-1) !== patient) throw new ChartkeepError('wrong-patient')
  }
}
