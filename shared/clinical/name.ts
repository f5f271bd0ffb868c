import type { HumanName, Period } from '@medplum/fhirtypes'
import { newestFirst } from './date-order.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays, readDateTime } from './partial-date.ts'
import { dayNumber } from './civil.ts'
import type { Untrusted } from './untrusted.ts'
import { fields, items, line, oneOf } from './untrusted.ts'
import type { Viewpoint } from './zone.ts'
import { wallTime } from './zone.ts'

/** A person's name for the banner and for lists. `display` is `FAMILY, Given`; `direction` is that of its first letter, for `dir` and isolation. */
export type PersonName =
  | {
      readonly kind: 'recorded'
      readonly display: string
      readonly family: string | undefined
      readonly given: readonly string[]
      readonly direction: 'ltr' | 'rtl'
      /** The first given name of the usual name or nickname, where it is another than the official one. */
      readonly calledBy: string | undefined
      /** True when only a name that is no longer in use, or is not a real one, was found. */
      readonly outdated: boolean
    }
  | { readonly kind: 'not-recorded' }

// Official over usual: the banner identifies. Old and maiden names are better than none, and say so.
const uses = ['official', 'usual', undefined, 'temp', 'nickname', 'anonymous', 'maiden', 'old'] as const
const inUse = new Set<string | undefined>(['official', 'usual', undefined, 'temp', 'nickname'])

type Candidate = {
  readonly family: string | undefined
  readonly given: readonly string[]
  readonly text: string | undefined
  readonly use: (typeof uses)[number]
  readonly current: boolean
  readonly since: PartialDate | undefined
}

/** Reads `Patient.name`: the official, then the usual name, of those in use today. */
export function readName(names: unknown, at: Viewpoint): PersonName {
  const candidates = items<HumanName>(names).flatMap((name) => candidate(name, at) ?? [])
  const ranked = candidates.sort(
    (a, b) =>
      Number(b.current) - Number(a.current) || uses.indexOf(a.use) - uses.indexOf(b.use) || newestFirst(a.since, b.since, at.zone),
  )
  const best = ranked[0]
  if (best === undefined) return { kind: 'not-recorded' }
  const informal = ranked.find((name) => name.current && (name.use === 'nickname' || name.use === 'usual'))?.given[0]
  const display = displayOf(best)
  return {
    kind: 'recorded',
    display,
    family: best.family,
    given: best.given,
    direction: directionOf(display),
    calledBy: informal !== undefined && !best.given.includes(informal) ? informal : undefined,
    outdated: !best.current || !inUse.has(best.use),
  }
}

function candidate(name: Untrusted<HumanName>, at: Viewpoint): Candidate | undefined {
  const family = line(name.family)
  const given = Array.isArray(name.given) ? name.given.flatMap((part: unknown) => line(part) ?? []) : []
  const text = line(name.text)
  if (family === undefined && given.length === 0 && text === undefined) return undefined
  const period = fields<Period>(name.period)
  const since = readDateTime(period?.start)
  return { family, given, text, use: oneOf(name.use, uses.filter((use) => use !== undefined)), since, current: isCurrent(period, at) }
}

/** True unless the period is over, or has not begun, at the viewpoint. A period that cannot be read excludes nothing. */
export function isCurrent(period: Untrusted<Period> | undefined, { now, zone }: Viewpoint): boolean {
  const today = dayNumber(wallTime(now, zone))
  const start = readDateTime(period?.start)
  const end = readDateTime(period?.end)
  const ended = end !== undefined && dayNumber(possibleDays(end, zone).last) < today
  const begun = start === undefined || dayNumber(possibleDays(start, zone).first) <= today
  return begun && !ended
}

function displayOf({ family, given, text }: Candidate): string {
  const givenText = given.join(' ')
  if (family === undefined) return givenText === '' ? (text ?? '') : givenText
  const upper = family.toUpperCase()
  return givenText === '' ? upper : `${upper}, ${givenText}`
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

function directionOf(text: string): 'ltr' | 'rtl' {
  const first = /\p{L}/u.exec(text)?.[0]
  return first !== undefined && rightToLeft.test(first) ? 'rtl' : 'ltr'
}
