import { type AlertRule, alertRules, alertSeverities, holdReasons } from '../../../../shared/alerts.ts'
import { t } from '../../../messages/index.ts'

/** A rule of the audit in words; one that is not known here stays as it is. */
export function ruleWords(rule: string): string {
  const known: AlertRule | undefined = alertRules.find((each) => each === rule)
  return known === undefined ? rule : t(`desk.rule.${known}`)
}

export function severityWords(severity: string): string {
  const known = alertSeverities.find((each) => each === severity)
  return known === undefined ? severity : t(`desk.severity.${known}`)
}

/** What somebody chose when they were asked why. */
export function answerWords(reason: string): string {
  const known = holdReasons.find((each) => each === reason)
  return known === undefined ? reason : t(`hold.reason.${known}`)
}
