import { randomUUID } from 'node:crypto'
import { OperationOutcomeError } from '@medplum/core'
import type { BundleEntryResponse, OperationOutcome } from '@medplum/fhirtypes'
import { z } from 'zod'
import { bundleText } from '../search/bundle-text.ts'
import { theOne } from './conditions.ts'
import type { Context } from '../context.ts'
import { type Answer, type Ask, pairsOf, pathOf } from '../exchange.ts'
import { refusalOutcome, refuse, statusOf } from '../outcomes.ts'
import { type References, rewrite } from './rewrite.ts'
import { servedType } from '../access/served-types.ts'
import { deepest, isDeeperThan } from './write-check.ts'

/** A bundle holds the server while it is worked on: as many entries as it does in about a second. */
const mostEntries = 1000

const Entry = z.looseObject({
  fullUrl: z.string().max(2000).optional(),
  resource: z.looseObject({ resourceType: z.string() }).optional(),
  request: z.looseObject({
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    url: z.string().min(1).max(20_000),
    ifNoneMatch: z.string().optional(),
    ifMatch: z.string().optional(),
    ifNoneExist: z.string().optional(),
  }),
})
const Sent = z.looseObject({
  resourceType: z.literal('Bundle'),
  type: z.enum(['batch', 'transaction']),
  entry: z.array(z.unknown()).default([]),
})

/** An entry, understood. */
interface Step {
  readonly index: number
  readonly fullUrl: string | undefined
  readonly ask: Ask
}

type Dispatch = (context: Context, ask: Ask) => Answer

function stepOf(entry: unknown, index: number, { baseUrl }: Context, sent: Ask): Step {
  const { success, data } = Entry.safeParse(entry)
  if (!success) throw refuse('bad-request', 'An entry needs a request with a method and an address.')
  const { method, url, ifMatch, ifNoneExist, ifNoneMatch } = data.request
  const local = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url.replace(/^\//, '')
  const mark = local.indexOf('?')
  const path = pathOf(mark < 0 ? local : local.slice(0, mark))
  if (path === undefined || path.length === 0 || path[0]?.includes(':') === true) throw refuse('bad-request', 'The address of an entry is below the base.')
  return {
    index,
    fullUrl: data.fullUrl,
    ask: {
      method, path, pairs: mark < 0 ? [] : pairsOf(local.slice(mark + 1)), body: data.resource,
      headers: {
        ifMatch, ifNoneExist, ifNoneMatch, accept: 'application/fhir+json', idempotencyKey: undefined, contentType: undefined, securityContext: undefined,
        prefer: { ...sent.headers.prefer, returned: sent.headers.prefer.returned === 'minimal' ? 'minimal' : 'representation' },
      },
    },
  }
}

/** FHIR R4 §3.1.0.11.2: deletions, then creations, changes, and reads last. What belongs to others comes after these. */
function order({ ask: { method, path } }: Step): number {
  switch (method) {
    case 'DELETE':
      return 0
    case 'POST':
      return servedType(path[0] ?? '')?.follows === undefined ? 1 : 2
    case 'PUT':
      return 3
    default:
      return 4
  }
}

function responseText(answer: Answer): string {
  const words = { 200: '200 OK', 201: '201 Created', 204: '204 No Content', 304: '304 Not Modified' } as const
  const response: BundleEntryResponse = {
    status: words[answer.status],
    ...(answer.location === undefined ? {} : { location: answer.location }),
    ...(answer.etag === undefined ? {} : { etag: answer.etag }),
    ...(answer.lastModified === undefined ? {} : { lastModified: new Date(answer.lastModified).toISOString() }),
  }
  const resource = answer.text === undefined ? '' : `"resource":${answer.text},`
  return `{${resource}"response":${JSON.stringify(response)}}`
}

const refusedText = (outcome: OperationOutcome) => JSON.stringify({ response: { status: String(statusOf(outcome)), outcome } })

/** What went wrong, and where: the entry is named, nothing of its content. What fails inside is not told. */
function outcomeAt(error: unknown, index: number): OperationOutcome {
  const outcome = error instanceof OperationOutcomeError ? error.outcome : refusalOutcome('exception', 'The server failed.')
  return { ...outcome, issue: (outcome.issue ?? []).map((issue) => ({ ...issue, expression: [`Bundle.entry[${index}]`] })) }
}

function at<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new OperationOutcomeError(outcomeAt(error, index))
  }
}

/** Names what the entries will be, so that they can refer to each other, before any is worked on. */
function identify(context: Context, steps: readonly Step[]): { references: References; steps: readonly Step[] } {
  const references = new Map<string, string>()
  /** What is written, and what a condition has found to be there: nothing may be both, or written twice. */
  const targets = new Map<string, 'written' | 'found'>()
  const named = steps.map((step) =>
    at(step.index, () => {
      const { ask, fullUrl } = step
      const [type = '', id] = ask.path
      const isWrite = ask.method !== 'GET' && servedType(type) !== undefined && (id === undefined || ask.method !== 'POST')
      if (!isWrite) return step
      const condition = ask.method === 'POST' ? (ask.headers.ifNoneExist === undefined ? undefined : pairsOf(ask.headers.ifNoneExist)) : id === undefined ? ask.pairs : undefined
      const there = condition === undefined ? undefined : theOne(context, type, condition)
      const assignedId = id ?? there?.id ?? randomUUID()
      const target = `${type}/${assignedId}`
      const use = there !== undefined && ask.method === 'POST' ? 'found' : 'written'
      const other = targets.get(target)
      if (other !== undefined && (use === 'written' || other === 'written')) throw refuse('bad-request', 'A record is written once in a transaction.')
      targets.set(target, use)
      if (fullUrl !== undefined && ask.method !== 'DELETE') {
        if (references.has(fullUrl)) throw refuse('bad-request', 'A fullUrl names one entry.')
        references.set(fullUrl, target)
      }
      return { ...step, ask: { ...ask, assignedId } }
    }),
  )
  return { references, steps: named }
}

function transact(context: Context, read: readonly Step[], dispatch: Dispatch): string {
  const { references, steps } = identify(context, read)
  const texts: string[] = []
  for (const step of steps.toSorted((a, b) => order(a) - order(b) || a.index - b.index)) {
    texts[step.index] = at(step.index, () => {
      const body = step.ask.body === undefined ? undefined : rewrite(step.ask.body, references, context)
      return responseText(dispatch(context, { ...step.ask, body }))
    })
  }
  return bundleText({ type: 'transaction-response' }, texts)
}

function batch(context: Context, entries: readonly unknown[], sent: Ask, dispatch: Dispatch): string {
  const texts: string[] = []
  const steps = entries.flatMap((entry, index) => {
    try {
      return [stepOf(entry, index, context, sent)]
    } catch (error) {
      texts[index] = refusedText(outcomeAt(error, index))
      return []
    }
  })
  for (const { index, ask } of steps.toSorted((a, b) => order(a) - order(b) || a.index - b.index)) {
    try {
      texts[index] = responseText(dispatch(context, ask))
    } catch (error) {
      texts[index] = refusedText(outcomeAt(error, index))
    }
  }
  return bundleText({ type: 'batch-response' }, texts)
}

/**
 * Answers a batch or a transaction. Every entry is decided by itself, as if it had come alone. A transaction is done whole or not at
 * all: it runs within one transaction of the store, and nothing else is answered meanwhile. A batch does what it can.
 * @throws 400; from a transaction whatever its first refused entry is refused with
 */
export function answerBundle(context: Context, sent: Ask, dispatch: Dispatch): Answer {
  const { success, data } = Sent.safeParse(sent.body)
  if (!success) throw refuse('bad-request', 'The body is not a batch and not a transaction.')
  if (data.entry.length > mostEntries) throw refuse('too-costly', `A bundle has at most ${mostEntries} entries.`)
  if (isDeeperThan(data, deepest + 5)) throw refuse('bad-request', 'The bundle nests too deeply.')
  if (data.type === 'batch') return { status: 200, text: batch(context, data.entry, sent, dispatch) }
  const steps = data.entry.map((entry, index) => at(index, () => stepOf(entry, index, context, sent)))
  return { status: 200, text: context.store.atomically(() => transact(context, steps, dispatch)) }
}
