import { expect } from 'vitest'
import type { FaultName } from '../../../sandbox/faults/index.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import { type SectionName, sections } from '../../../shared/contract/index.ts'
import type { HabitWorkstation, Outcome } from '../habits/workstation.ts'

/** What is there, by section: the ids at an EHR without habits. */
type HonestChart = ReadonlyMap<SectionName, ReadonlySet<string>>

/** What a clinician sees when a switch is turned. */
export type Sight =
  /** A workstation that was never here signs in, opens the chart, and sees the chart: nothing is missing, and nothing said. */
  | { readonly seen: 'the same chart' }
  /** Nobody is signed in, for this reason. */
  | { readonly signIn: FailureKind }
  /** Signed in before: the session goes on for so many refreshes, or ends at the first with this. */
  | { readonly refresh: 'goes on' | FailureKind }
  /** Signed in before: every part of the chart says this. */
  | { readonly parts: FailureKind }
  /** It is not about the chart, which is there: `tests/integration/order-receiver.test.ts` has what the workstation does. */
  | { readonly besides: 'the chart' }
  /** The chart is there, and says what is not. `turned`: before or after who works here has signed in. */
  | { readonly turned: 'before' | 'after'; says(work: HabitWorkstation, honest: HonestChart): Promise<void> }

const besides: Sight = { besides: 'the chart' }
const same: Sight = { seen: 'the same chart' }

export function read(outcome: Outcome) {
  if (typeof outcome === 'string') throw new Error(outcome)
  return outcome
}

/** Every switch has its line: one without does not compile, and turns the test red. */
export const faultSights: Readonly<Record<FaultName, Sight>> = {
  'network: cut': { parts: 'offline' },
  'certificate: foreign': { parts: 'untrusted-certificate' },
  'certificate: self-signed': { parts: 'untrusted-certificate' },
  'certificate: wrong-name': { parts: 'untrusted-certificate' },
  'certificate: expired': { parts: 'untrusted-certificate' },
  'tls: 1.1': { parts: 'untrusted-certificate' },

  'discovery: server-error': { signIn: 'server' },
  'discovery: missing': { signIn: 'sign-in-discovery' },
  'discovery: not-json': { signIn: 'sign-in-discovery' },
  'discovery: wrong-issuer': { signIn: 'sign-in-discovery' },
  'tokenEndpoint: server-error': { signIn: 'server' },
  'tokenEndpoint: not-json': { signIn: 'server' },
  'introspection: absent': { refresh: 'goes on' },
  'introspection: of-access-tokens': { refresh: 'goes on' },
  'introspection: of-another': { refresh: 'goes on' },
  'idToken: wrong-nonce': { signIn: 'sign-in-mismatch' },
  'idToken: wrong-issuer': { signIn: 'sign-in-mismatch' },
  'idToken: wrong-audience': { signIn: 'sign-in-mismatch' },
  // Whoever comes for the first time is who the token says; at a refresh it is known whose session it is.
  'idToken: wrong-subject': { refresh: 'unauthorized' },
  'idToken: old-auth-time': { signIn: 'sign-in-stale' },
  'idToken: bad-signature': { signIn: 'sign-in-mismatch' },
  'callback: wrong-state': { signIn: 'sign-in-mismatch' },
  'callback: wrong-issuer': { signIn: 'sign-in-mismatch' },
  'code: expired': { signIn: 'sign-in-expired' },

  'orderToken: bad-signature': besides,
  'orderToken: alg-none': besides,
  'orderToken: unknown-key': besides,
  'orderToken: wrong-issuer': besides,
  'orderToken: wrong-audience': besides,
  'orderToken: wrong-subject': besides,
  'orderToken: future': besides,
  'orderToken: stale': besides,
  'orderToken: twice': besides,
  'orderToken: not-a-token': besides,
  'orderStream: absent': besides,
  'orderPoll: hangs': besides,
  'orderPoll: flood': besides,
  'orderPoll: not-json': besides,
  'orderPoll: server-error': besides,

  'fhir: redirect': { parts: 'redirected' },
  'fhir: server-error': { parts: 'server' },
  'fhir: not-json': { parts: 'malformed' },

  // With the port that policy names; tests/integration/sign-in.test.ts has the one who was not told of it.
  'redirectPorts: fixed': same,
  'idTokenAlgorithm: ES384': same,
  'refreshAnswer: id-token-without-audience': { refresh: 'goes on' },
  'refreshAnswer: without-id-token': { refresh: 'goes on' },
  'refreshAnswer: without-refresh-token': { refresh: 'goes on' },
  'refreshReuse: never': { refresh: 'goes on' },
  'fhirUser: relative': same,
  'fhirUser: as-profile': same,
  'scopes: v1': same,
  'scopes: unsaid': same,
  withheld: {
    turned: 'before',
    async says(work, honest) {
      const chart = await work.chart()
      for (const section of sections) {
        if (section === 'flags' || section === 'vitals' || section === 'laboratory') expect(chart[section]).toBe('not-permitted')
        else expect(read(chart[section]).refused).toEqual({ wrongPatient: 0, malformed: 0 })
      }
      expect(read(chart.allergies).resources.length).toBe(honest.get('allergies')?.size)
    },
  },

  'batch: refused': same,
  'observations: by-category-or-code': same,
  'auditEvents: forbidden': same,
  'auditEvents: no-such-interaction': same,
  'lastUpdated: patients-alone': same,
  'sort: ignored': same,
  'sort: refused': same,
  'count: capped': same,
  'nextLinks: from-base': same,
  'nextLinks: from-root': same,
  'nextLinks: plain-http': same,
  'etags: absent': same,
  'outcomes: note': same,
  'outcomes: unmarked-note': same,
  'outcomes: suppressed': {
    turned: 'before',
    async says(work) {
      const { patient: _, ...lists } = await work.chart()
      for (const [section, outcome] of Object.entries(lists)) expect({ section, partial: read(outcome).partial }).toEqual({ section, partial: 'left-out' })
    },
  },
  'outcomes: instead': {
    turned: 'after',
    async says(work) {
      const { patient: _, ...lists } = await work.chart()
      expect(new Set(Object.values(lists))).toEqual(new Set(['forbidden']))
    },
  },
  'includes: unasked': same,
  'patientReferences: absolute': same,
  'patientReferences: versioned': same,
  'patientReferences: by-identifier': {
    turned: 'after',
    async says(work, honest) {
      const { resources, refused } = read(await work.look('problems'))
      expect(resources).toEqual([])
      // Counted, and nobody is accused of another patient's records.
      expect(refused).toEqual({ wrongPatient: 0, malformed: honest.get('problems')?.size })
    },
  },
  'contentType: application/json': same,
  // One at a time is fewer than a chart asks for: it is refused, asked again, and has the parts that there was room for; the others say why not.
  atOnce: {
    turned: 'after',
    async says(work) {
      const outcomes = Object.values(await work.chart())
      expect(outcomes.some((outcome) => typeof outcome !== 'string')).toBe(true)
      for (const outcome of outcomes) if (typeof outcome === 'string') expect(outcome).toBe('throttled')
    },
  },
}
