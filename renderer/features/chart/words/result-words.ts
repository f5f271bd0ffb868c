import { assertNever } from '../../../../shared/assert-never.ts'
import { type Finding, formatDate, formatNumber, formatQuantity, type ObservationRow, type Quantity, type ResultValue, type Unit } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { conceptWords } from './words.ts'

/** A result in two cells: a number and its unit; or words in one, with no unit. */
export interface ResultWords {
  readonly value: string
  readonly unit: string
  /** True where `value` is a number, to be set as one. */
  readonly isNumber: boolean
}

/** What was found, in words. Units always: one that nobody wrote down is said to be missing. */
export function resultWords(value: ResultValue, zone: string): ResultWords {
  switch (value.kind) {
    case 'quantity':
      return { value: formatNumber(value.quantity), unit: unitWords(value.quantity.unit), isNumber: true }
    case 'coded':
      return text(conceptWords(value.name))
    case 'text':
      return text(value.text)
    case 'yes-no':
      return text(t(value.value ? 'result.yes' : 'result.no'))
    case 'range':
      return text([value.low, value.high].flatMap((bound) => (bound ? formatQuantity(bound) : [])).join(' – '))
    case 'ratio':
      return text(`${formatQuantity(value.numerator)} : ${formatQuantity(value.denominator)}`)
    case 'date':
      return text(formatDate(value.date, zone))
    case 'period':
      return text([value.start, value.end].flatMap((date) => (date ? formatDate(date, zone) : [])).join(' – '))
    case 'recording':
      return text(t('result.recording'))
    case 'absent':
      return text(t('result.absent', { reason: conceptWords(value.reason) }))
    case 'not-recorded':
      return text(t('result.notRecorded'))
    case 'malformed':
      return text(t('words.unreadable'))
    default:
      return assertNever(value)
  }
}

const text = (value: string): ResultWords => ({ value, unit: '', isNumber: false })

export function unitWords(unit: Unit): string {
  switch (unit.kind) {
    case 'ucum':
    case 'uncoded':
      return unit.text
    case 'contradictory':
      return `${unit.text} [${unit.code}]`
    case 'one':
      return ''
    case 'not-recorded':
      return t('result.noUnit')
    default:
      return assertNever(unit)
  }
}

/** What is expected. Its unit is said where it is not the result's own. */
export function rangeWords({ range, value }: Pick<Finding, 'range' | 'value'>): string {
  switch (range.kind) {
    case 'range': {
      const own = value.kind === 'quantity' ? unitWords(value.quantity.unit) : undefined
      const say = (bound: Quantity) => (unitWords(bound.unit) === own ? formatNumber(bound) : formatQuantity(bound))
      return bounds(range.low && say(range.low), range.high && say(range.high))
    }
    case 'text':
      return range.text
    case 'several':
      return range.texts.length > 0 ? t('result.severalRanges', { ranges: range.texts.join('; ') }) : t('result.severalRangesUnnamed')
    case 'not-recorded':
      return t('result.noRange')
    case 'malformed':
      return t('words.unreadable')
    default:
      return assertNever(range)
  }
}

function bounds(low: string | undefined, high: string | undefined): string {
  if (low === undefined) return `≤ ${high ?? ''}`
  return high === undefined ? `≥ ${low}` : `${low}–${high}`
}

/** Everything but `final` is said. */
export function statusWords(status: ObservationRow['status']): string {
  return status === 'final' ? '' : t(`result.status.${status}`)
}

/** Value and unit in one breath, for a label. */
export function spoken(value: ResultValue, zone: string): string {
  const { value: what, unit } = resultWords(value, zone)
  return unit === '' ? what : `${what} ${unit}`
}

/** Why a result is not assessed. */
export function whyNotAssessed(why: NonNullable<Finding['assessment']['why']>): string {
  return t(`result.why.${why}`)
}

