import { liveMonth } from '../alerts/month.ts'
import { floors } from '../alerts/floors.ts'
import { alertTable, precision, recall, summed } from '../alerts/table.ts'
import { nothingSeen, step } from '../../electron/audit/alerts/engine.ts'
import { AlertPolicy } from '../../shared/policy.ts'
import { atMost, type Figure } from './figures.ts'

const seeds = [1, 2, 3, 4, 5]
const flood = 100_000

/** Five simulated months: what the alerts find and how much of it is misuse; and what an entry costs. */
export async function benchAlerts(): Promise<readonly Figure[]> {
  const months = seeds.map((seed) => liveMonth({ seed, days: 30 }))
  console.log(`\n${alertTable(months)}\n`)
  const atLeast = (figure: string, value: number, bar: number): Figure => ({ figure, value, unit: '', bar: `≥ ${bar}`, pass: value >= bar })
  const rules = summed(months).flatMap((one) => [
    atLeast(`alerts, ${one.rule}: precision`, precision(one), floors[one.rule].precision),
    atLeast(`alerts, ${one.rule}: recall`, recall(one), floors[one.rule].recall),
  ])
  return [...rules, atMost('alerts: an entry in a flood of different charts, mean', microsecondsOfFlood(), 'µs', 60)]
}

/** The worst that one user can do: every entry a chart that no rule has seen. */
function microsecondsOfFlood(): number {
  const policy = AlertPolicy.parse({})
  let state = nothingSeen
  const began = performance.now()
  for (let at = 0; at < flood; at += 1) {
    const entry = { event: 'chart.open', outcome: 'intent', cause: 'look', patient: `p-${at}`, failure: undefined, signals: new Set<never>(), correlation: '0a1b2c3d', user: 'user-1', wall: at, mono: at, run: 'run-1' }
    ;[state] = step(state, entry, policy, 'UTC')
  }
  return ((performance.now() - began) * 1_000) / flood
}
