import type { MonthTally, RuleTally } from './month.ts'

/** Months taken together. */
export function summed(months: readonly MonthTally[]): readonly RuleTally[] {
  const [first] = months
  return (first?.rules ?? []).map(({ rule }) => {
    const own = months.flatMap(({ rules }) => rules.filter((one) => one.rule === rule))
    const sum = (read: (tally: RuleTally) => number) => own.reduce((total, one) => total + read(one), 0)
    return { rule, alerts: sum((one) => one.alerts), justified: sum((one) => one.justified), episodes: sum((one) => one.episodes), caught: sum((one) => one.caught) }
  })
}

/** Share of alerts that were about misuse; 1 where there was none to be wrong about. */
export const precision = ({ alerts, justified }: RuleTally): number => (alerts === 0 ? 1 : justified / alerts)
/** Share of the misuse that a rule is meant for, of which it told. */
export const recall = ({ episodes, caught }: RuleTally): number => (episodes === 0 ? 1 : caught / episodes)

/** The table of docs/alerts.md. */
export function alertTable(months: readonly MonthTally[]): string {
  const rows = summed(months).map((one) => `| \`${one.rule}\` | ${Math.round(one.alerts / months.length)} | ${precision(one).toFixed(2)} | ${recall(one).toFixed(2)} |`)
  return ['| rule | alerts a month | precision | recall |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
