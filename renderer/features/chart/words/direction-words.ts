import { assertNever } from '../../../../shared/assert-never.ts'
import { type Amount, type Directions, formatDoseQuantity, type Schedule } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { conceptWords } from './words.ts'

/** How a drug is to be taken: the prescriber's own words, unchanged; where there are none, the structured parts, one after the other. */
export function directionWords(directions: readonly Directions[]): string {
  const said = directions.map((line) => line.text ?? structured(line)).filter((text) => text !== '')
  return said.length > 0 ? said.join('; ') : t('medications.noDirections')
}

function structured({ dose, route, schedule, asNeeded }: Directions): string {
  const parts = [
    amountWords(dose),
    route.kind === 'recorded' ? route.text : '',
    schedule ? scheduleWords(schedule) : '',
    asNeeded.kind === 'no' ? '' : asNeeded.kind === 'yes' ? t('medications.asNeeded') : t('medications.asNeededFor', { reason: conceptWords(asNeeded.reason) }),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function amountWords(amount: Amount): string {
  switch (amount.kind) {
    case 'one':
      return formatDoseQuantity(amount.quantity)
    case 'range':
      return [amount.low, amount.high].flatMap((bound) => (bound ? formatDoseQuantity(bound) : [])).join(' – ')
    case 'ratio':
      return `${formatDoseQuantity(amount.numerator)} / ${formatDoseQuantity(amount.denominator)}`
    case 'not-recorded':
      return ''
    case 'malformed':
      return t('words.unreadable')
    default:
      return assertNever(amount)
  }
}

function scheduleWords({ code, frequency, frequencyMax, period, periodMax, periodUnit, daysOfWeek, timesOfDay, when }: Schedule): string {
  const times = frequency === undefined ? undefined : frequencyMax === undefined ? frequency : `${frequency}–${frequencyMax}`
  const every = period === undefined || periodUnit === undefined ? undefined : `${periodMax === undefined ? period : `${period}–${periodMax}`} ${t(`medications.unit.${periodUnit}`)}`
  const rhythm = times !== undefined && every !== undefined ? t('medications.timesPer', { times, every }) : ''
  return [rhythm === '' && code.kind === 'recorded' ? code.text : rhythm, ...daysOfWeek, ...timesOfDay, ...when].filter((part) => part !== '').join(' ')
}
