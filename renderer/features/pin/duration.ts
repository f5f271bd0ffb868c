import { t } from '../../messages/index.ts'

/** A duration in seconds, rounded down to its largest unit, in words. */
export function inWords(seconds: number): string {
  const hours = seconds / 3_600
  if (hours < 1) return t('pin.time.minutes', { count: Math.max(1, Math.floor(seconds / 60)) })
  if (hours < 48) return t('pin.time.hours', { count: Math.floor(hours) })
  const days = hours / 24
  if (days < 730) return t('pin.time.days', { count: Math.floor(days) })
  const years = days / 365.25
  return years < 1_000 ? t('pin.time.years', { count: Math.floor(years) }) : t('pin.time.centuries')
}
