import { z } from 'zod'

/** Which requests a trouble meets; absent parts meet all. Counting begins when the trouble is set. */
const Scope = z.strictObject({
  /** FHIR resource type, e.g. `AllergyIntolerance`: reads and searches of it. */
  type: z.string().regex(/^[A-Za-z]{1,64}$/).optional(),
  /** How path and query begin. Without it the FHIR API is meant. */
  path: z.string().startsWith('/').max(2_000).optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** The first one that is met, from 1. */
  from: z.number().int().min(1).default(1),
  /** How many are met. Absent: all that follow. */
  times: z.number().int().min(1).optional(),
})

/** What a body is made into. The first group is for any body, the second for bundles. */
export const spoilings = [
  'cut-short', // ends in the middle, with the length that says so
  'byte-order-mark',
  'not-utf8', // a byte that is none, in the first string that has a letter
  'utf-16',
  'deep', // a hundred thousand brackets
  'not-json',
  'xml',
  'huge-numbers', // every number becomes 1e400
  'prototype-keys', // `__proto__` and `constructor` in every object
  'script', // every display text becomes markup with a script in it
  'nulls', // every other value becomes null

  'deep-entry', // one more entry, nested as deep
  'duplicate-ids', // every entry twice
  'lying-total', // says 100,000
  'circular-next', // the next page is this one
  'foreign-next', // at the other host
  'plain-next', // over http
  'endless-next', // ever another page
  'stranger', // one more entry, about somebody else
  'strangers', // every entry about somebody else
  'no-self', // does not say what was searched for
] as const
export type Spoiling = (typeof spoilings)[number]

const ms = z.number().int().min(0).max(120_000)

/** One way in which a request goes wrong. */
export const Deed = z.discriminatedUnion('do', [
  /** Waits before the request is looked at: `ms`, and up to `jitterMs` more. */
  z.strictObject({ do: z.literal('delay'), ms, jitterMs: ms.default(0) }),
  /** An OperationOutcome with this status. `retryAfter`: seconds, or the same as an HTTP date. */
  z.strictObject({ do: z.literal('answer'), status: z.number().int().min(300).max(599), retryAfter: z.number().int().min(0).max(86_400).optional(), asDate: z.boolean().default(false) }),
  /** The connection ends: before anything is sent, within the head, or within the body. */
  z.strictObject({ do: z.literal('drop'), when: z.enum(['before', 'in-head', 'in-body']) }),
  /** Slow loris: a head that never ends, or a body of which a byte comes now and then. */
  z.strictObject({ do: z.literal('drip'), what: z.enum(['head', 'body']), everyMs: z.number().int().min(1).max(60_000) }),
  z.strictObject({ do: z.literal('redirect'), to: z.enum(['same-host', 'other-host', 'plain', 'loop']) }),
  z.strictObject({ do: z.literal('content-type'), type: z.string().max(200) }),
  /** Another ETag than the true one. */
  z.strictObject({ do: z.literal('etag'), value: z.string().max(200) }),
  /** "You have it already", to whoever asks. */
  z.strictObject({ do: z.literal('not-modified') }),
  /** Packed, to a client that accepts gzip or not. `bomb`: so many megabytes of blanks in front of the body. */
  z.strictObject({ do: z.literal('pack'), how: z.enum(['gzip', 'bomb', 'broken', 'brotli']), megabytes: z.number().int().min(1).max(2_000).default(200) }),
  /** A searchset of so many megabytes; in entries of 2 kB, or all in one. */
  z.strictObject({ do: z.literal('bulk'), megabytes: z.number().int().min(1).max(2_000).default(40), in: z.enum(['entries', 'one-entry']).default('entries') }),
  /** The true answer to another question: about this patient, or for this type. */
  z.strictObject({ do: z.literal('swap'), patient: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/).optional(), type: z.string().regex(/^[A-Za-z]{1,64}$/).optional() }),
  /** Response splitting: right behind the true answer an empty searchset that nobody asked for. */
  z.strictObject({ do: z.literal('split') }),
  z.strictObject({ do: z.literal('spoil'), how: z.enum(spoilings) }),
])
export type Deed = z.infer<typeof Deed>

export const Trouble = z.strictObject({ for: Scope.prefault({}), deed: Deed })
export type Trouble = z.infer<typeof Trouble>
export const Troubles = z.array(Trouble).max(50)
/** As a test writes them down. */
export type TroubleInput = z.input<typeof Trouble>
