import type { InputOf, PatientId, TabId } from '../../../../shared/contract/index.ts'
import type { Bridge } from '../../../bridge/index.ts'

/** The ports of the open charts: one for each patient, opened at the first question and closed with the chart. */
export class TabPorts {
  readonly #bridge: Pick<Bridge, 'call'>
  readonly #tabs = new Map<PatientId, Promise<TabId>>()

  constructor(bridge: Pick<Bridge, 'call'>) {
    this.#bridge = bridge
  }

  /**
   * The tab that is bound to this patient. Fails as `tab.open` does, and asks again at the next call then. `ask`: what is about to be
   * asked over it: a tab that is not open yet takes it along, and whoever makes the same call finds it under way.
   */
  tabOf(patient: PatientId, ask: readonly InputOf<'chart.section'>[] = []): Promise<TabId> {
    const known = this.#tabs.get(patient)
    if (known) return known
    const opening = this.#bridge.call('tab.open', { patient, ...(ask.length === 0 ? {} : { ask: ask.map((input) => JSON.stringify(input)) }) }).then(({ tab }) => tab)
    this.#tabs.set(patient, opening)
    opening.catch(() => this.#forget(patient, opening))
    return opening
  }

  /** Closes the tab, where there is one. A tab that could not be opened needs no closing. */
  async close(patient: PatientId): Promise<void> {
    const known = this.#tabs.get(patient)
    this.#tabs.delete(patient)
    const tab = await known?.catch(() => undefined)
    if (tab !== undefined) await this.#bridge.call('tab.close', { tab })
  }

  #forget(patient: PatientId, opening: Promise<TabId>): void {
    if (this.#tabs.get(patient) === opening) this.#tabs.delete(patient)
  }
}
