import type { AlertRule } from '../../shared/alerts.ts'

/** What is stated of each rule in docs/alerts.md, as floors that are held: a little below what five months of different chance gave. */
export const floors: Readonly<Record<AlertRule, { readonly precision: number; readonly recall: number }>> = {
  chartsPerMinute: { precision: 0.9, recall: 0.95 },
  chartsPerShift: { precision: 0.5, recall: 0.85 },
  noCareRelation: { precision: 0.1, recall: 0.98 },
  breakTheGlass: { precision: 0.3, recall: 0.98 },
  sameFamilyName: { precision: 0.9, recall: 0.65 },
  offHours: { precision: 0.03, recall: 0.9 },
  vip: { precision: 0.35, recall: 0.98 },
  repeatedDenials: { precision: 0.85, recall: 0.6 },
  failedUnlocks: { precision: 0.14, recall: 0.6 },
  clockSetBack: { precision: 0.8, recall: 0.98 },
}
