import type { TroubleName } from '../../../sandbox/trouble/index.ts'
import type { PatientId } from '../../../shared/contract/ids.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { DeedInput, Outcome, Where } from './troubled-chart.ts'

/** What a clinician sees of the part of a chart that is in trouble. The other parts are there in every case. */
interface TroubleSight {
  readonly deed: DeedInput | ((stranger: PatientId) => DeedInput)
  /** The part that is in trouble. Absent: the problems. */
  readonly where?: Required<Pick<Where, 'section' | 'type'>>
  /** `untroubled`: the same part without the trouble. */
  sees(untroubled: Outcome): Partial<Outcome>
}

const failed = (failure: FailureKind, asked = 1) => () => ({ failure, asked })
const theSame = ({ count, refused, more }: Outcome) => ({ count, refused, more })
const spoilt = (how: Extract<DeedInput, { do: 'spoil' }>['how'], sees: TroubleSight['sees']): TroubleSight => ({ deed: { do: 'spoil', how }, sees })

/** Every trouble has its line: one without does not compile, and turns the test red. */
export const troubleSights: Readonly<Record<TroubleName, TroubleSight>> = {
  delay: { deed: { do: 'delay', ms: 100, jitterMs: 50 }, sees: theSame },
  answer: { deed: { do: 'answer', status: 500 }, sees: failed('server', 3) },
  'drop: before': { deed: { do: 'drop', when: 'before' }, sees: failed('offline', 3) },
  'drop: in-head': { deed: { do: 'drop', when: 'in-head' }, sees: failed('offline', 3) },
  'drop: in-body': { deed: { do: 'drop', when: 'in-body' }, sees: failed('offline', 3) },
  // Not asked again: a person has waited once.
  'drip: head': { deed: { do: 'drip', what: 'head', everyMs: 20 }, sees: failed('timeout') },
  'drip: body': { deed: { do: 'drip', what: 'body', everyMs: 20 }, sees: failed('timeout') },
  'redirect: same-host': { deed: { do: 'redirect', to: 'same-host' }, sees: failed('redirected') },
  'redirect: other-host': { deed: { do: 'redirect', to: 'other-host' }, sees: failed('redirected') },
  'redirect: plain': { deed: { do: 'redirect', to: 'plain' }, sees: failed('redirected') },
  'redirect: loop': { deed: { do: 'redirect', to: 'loop' }, sees: failed('redirected') },
  'content-type': { deed: { do: 'content-type', type: 'text/html' }, sees: failed('malformed') },
  etag: { deed: { do: 'etag', value: 'W/"x"' }, sees: theSame },
  // To who has nothing.
  'not-modified': { deed: { do: 'not-modified' }, sees: failed('server') },
  'pack: gzip': { deed: { do: 'pack', how: 'gzip' }, sees: theSame },
  'pack: bomb': { deed: { do: 'pack', how: 'bomb', megabytes: 400 }, sees: failed('too-large') },
  'pack: broken': { deed: { do: 'pack', how: 'broken' }, sees: failed('server', 3) },
  'pack: brotli': { deed: { do: 'pack', how: 'brotli' }, sees: failed('server', 3) },
  'bulk: entries': { deed: { do: 'bulk', megabytes: 40 }, sees: failed('too-large') },
  'bulk: one-entry': { deed: { do: 'bulk', megabytes: 40, in: 'one-entry' }, sees: failed('too-large') },
  swap: { deed: (stranger) => ({ do: 'swap', patient: stranger }), sees: failed('wrong-patient') },
  split: { deed: { do: 'split' }, sees: theSame },
  'spoil: cut-short': spoilt('cut-short', failed('malformed')),
  'spoil: byte-order-mark': spoilt('byte-order-mark', theSame),
  'spoil: not-utf8': spoilt('not-utf8', ({ count }) => ({ count: count - 1, refused: { wrongPatient: 0, malformed: 1 } })),
  'spoil: utf-16': spoilt('utf-16', failed('malformed')),
  'spoil: deep': spoilt('deep', failed('too-large')),
  'spoil: not-json': spoilt('not-json', failed('malformed')),
  'spoil: xml': spoilt('xml', failed('malformed')),
  // Problems have no numbers. What a chart makes of such numbers is in tests/unit/hostile-records.test.ts.
  'spoil: huge-numbers': { ...spoilt('huge-numbers', theSame), where: { section: 'medications', type: 'MedicationRequest' } },
  'spoil: prototype-keys': spoilt('prototype-keys', failed('malformed')),
  'spoil: script': spoilt('script', theSame),
  'spoil: nulls': spoilt('nulls', theSame),
  'spoil: deep-entry': spoilt('deep-entry', ({ count }) => ({ count, refused: { wrongPatient: 0, malformed: 1 } })),
  'spoil: duplicate-ids': spoilt('duplicate-ids', theSame),
  'spoil: lying-total': spoilt('lying-total', theSame),
  'spoil: circular-next': spoilt('circular-next', failed('malformed')),
  'spoil: foreign-next': spoilt('foreign-next', failed('malformed')),
  'spoil: plain-next': spoilt('plain-next', failed('malformed')),
  'spoil: endless-next': spoilt('endless-next', () => ({ more: true, asked: 20 })),
  'spoil: stranger': spoilt('stranger', ({ count }) => ({ count, refused: { wrongPatient: 1, malformed: 0 } })),
  'spoil: strangers': spoilt('strangers', ({ count }) => ({ count: 0, refused: { wrongPatient: count, malformed: 0 } })),
  'spoil: no-self': spoilt('no-self', theSame),
}
