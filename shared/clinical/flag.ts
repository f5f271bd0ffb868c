import type { Flag, Period } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded, readConcept, readConcepts, textOf } from './coding.ts'
import { isCurrent } from './name.ts'
import type { Recorded } from './recorded.ts'
import type { Malformed } from './untrusted.ts'
import { fields, hasUnknownModifier, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readPeriod } from './when.ts'
import type { Viewpoint } from './zone.ts'

type FlagRow = {
  readonly kind: 'flag'
  readonly id: string | undefined
  readonly name: Concept
  readonly categories: readonly Concept[]
  readonly period: When
  readonly author: Recorded<string>
  readonly hasUnknownModifier: boolean
}

/** What to do when the heart stops. The words of the record are shown; `meaning` is for colour and shape alone. */
export type CodeStatus =
  | { readonly kind: 'recorded'; readonly meaning: 'full' | 'do-not-resuscitate' | 'other'; readonly flag: FlagRow }
  /** More than one, and they differ: all are shown, none is chosen. */
  | { readonly kind: 'contradictory'; readonly flags: readonly FlagRow[] }
  | { readonly kind: 'not-recorded' }
  /** A flag is there that cannot be read: it may be this. */
  | { readonly kind: 'unreadable' }

export type Flags = {
  readonly codeStatus: CodeStatus
  /** Other active flags: fall risk, isolation. */
  readonly alerts: readonly (FlagRow | Malformed)[]
}

// SNOMED CT: attempt CPR; not for attempted CPR (with the older pair "for / not for resuscitation").
const forResuscitation = ['304252001', '450475007'] as const
const notForResuscitation = ['304253006', '450476008'] as const

/** Reads the Flags of one patient: code status is an active one of category `advance-directive`, or with a resuscitation code. */
export function readFlags(resources: readonly unknown[], at: Viewpoint): Flags {
  const directives: FlagRow[] = []
  const alerts: (FlagRow | Malformed)[] = []
  for (const entry of resources) {
    const row = readRow(entry, at)
    if (row === undefined) continue
    if (row.kind === 'flag' && isCodeStatus(row)) directives.push(row)
    else alerts.push(row)
  }
  return { codeStatus: codeStatusOf(directives, alerts), alerts }
}

function codeStatusOf(directives: readonly FlagRow[], alerts: Flags['alerts']): CodeStatus {
  const [first] = directives
  if (first === undefined) return { kind: alerts.some(({ kind }) => kind === 'malformed') ? 'unreadable' : 'not-recorded' }
  const saysSame = directives.every((flag) => meaningOf(flag) === meaningOf(first) && textOf(flag.name) === textOf(first.name))
  return saysSame ? { kind: 'recorded', meaning: meaningOf(first), flag: first } : { kind: 'contradictory', flags: directives }
}

function meaningOf({ name, hasUnknownModifier: isModified }: FlagRow): 'full' | 'do-not-resuscitate' | 'other' {
  if (isModified) return 'other'
  const [full, not] = [isCoded(name, system.snomed, ...forResuscitation), isCoded(name, system.snomed, ...notForResuscitation)]
  if (full === not) return 'other'
  return full ? 'full' : 'do-not-resuscitate'
}

function isCodeStatus({ name, categories }: FlagRow): boolean {
  const isDirective = categories.some((category) => isCoded(category, system.flagCategory, 'advance-directive'))
  return isDirective || isCoded(name, system.snomed, ...forResuscitation, ...notForResuscitation)
}

/** Undefined: over, inactive, or entered in error. A status that is none counts as active: an alert too many is the safe one. */
function readRow(entry: unknown, at: Viewpoint): FlagRow | Malformed | undefined {
  const read = resource<Flag>(entry, 'Flag')
  if (read === undefined) return malformed(entry)
  if (oneOf(read.status, ['inactive', 'entered-in-error']) !== undefined) return undefined
  const name = readConcept(read.code)
  if (name.kind === 'malformed') return malformed(entry)
  if (!isCurrent(fields<Period>(read.period), at)) return undefined
  return {
    kind: 'flag',
    id: line(read.id),
    name,
    categories: readConcepts(read.category),
    period: readPeriod(read.period),
    author: readActor(read.author, read.contained),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}
