import { formatDate } from '../../../shared/clinical/partial-date.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { t } from '../../messages/index.ts'
import { timeOfDay } from '../../services/clock-time.ts'

/** `28-Nov-2026 09:30:12`, in the zone of the workstation: of two entries of one minute one is the first. */
export function whenWords({ at }: Pick<AuditRow, 'at'>, zone: string): string {
  return at === undefined ? t('audit.noTime') : `${formatDate({ precision: 'instant', epochMs: at }, zone)} ${timeOfDay(at, zone)}`
}

export function whoWords({ user }: AuditRow): string {
  return user.name ?? user.reference ?? t('audit.nobody')
}

export function whatWords(row: AuditRow): string {
  return row.kind === 'other' ? (row.words ?? t('audit.kind.other')) : t(`audit.kind.${row.kind}`)
}

export function outcomeWords({ outcome }: AuditRow): string {
  return outcome === undefined ? t('audit.noOutcome') : t(`audit.outcome.${outcome}`)
}

const purposes = ['TREAT', 'ETREAT', 'BTG', 'HPAYMT', 'HOPERAT', 'PATRQT', 'PUBHLTH', 'HRESCH', 'LEGAL', 'COC', 'FAMRQT', 'PWATRNY'] as const

/** A purpose of use in words (HL7 v3 PurposeOfUse); a code that is not known here stays as it is. */
export function purposeWords(code: string): string {
  const known = purposes.find((each) => each === code)
  return known === undefined ? code : t(`audit.purpose.${known}`)
}

/** Epoch milliseconds that are a moment. */
const isMoment = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8_640_000_000_000_000

/** What was typed, as it is; of a question to the trail itself, which is recorded as JSON, each part on a line, with its times as people read them. */
export function typedWords(typed: string, kind: AuditRow['kind'], zone: string): string {
  const asked = kind === 'trail-read' ? parsedJson(typed) : undefined
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return typed
  return Object.entries(asked)
    .map(([name, value]) => `${name}: ${(name === 'from' || name === 'to') && isMoment(value) ? whenWords({ at: value }, zone) : typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}
