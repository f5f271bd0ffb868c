import type { PatientId } from '../../shared/contract/index.ts'
import { headName, headNumber, type PatientHeads } from '../features/chart/index.ts'
import { t } from '../messages/index.ts'
import { Icon } from '../ui/Icon.tsx'
import type { Tabs } from './tabs.ts'
import styles from './TabStrip.module.css'

interface TabStripProps {
  readonly tabs: Tabs
  /** Which of the open charts have a name that could be taken for another's. */
  readonly alike: ReadonlyMap<string, 'same' | 'similar'>
  readonly heads: PatientHeads
  readonly onFront: (patient: PatientId | undefined) => void
  readonly onClose: (patient: PatientId) => void
}

/** The patient list and the open charts. Each is named by name and record number; names that could be confused say so. */
export function TabStrip({ tabs, heads, alike, onFront, onClose }: TabStripProps) {
  const open = tabs.open.map((tab) => tab.patient)
  return (
    <nav className={styles['strip']} aria-label={t('tabs.label')}>
      <ul className={styles['tabs']}>
        <li className={styles['tab']} data-front={tabs.front === undefined}>
          <button type="button" className={styles['name']} aria-current={tabs.front === undefined ? 'page' : undefined} data-testid="tab-patients" onClick={() => onFront(undefined)}>
            <Icon name="search" />
            {t('tabs.patients')}
          </button>
        </li>
        {open.map((patient) => {
          const head = heads.get(patient)
          const name = head ? headName(head) : t('tabs.unnamed')
          const like = alike.get(patient)
          return (
            <li key={patient} className={styles['tab']} data-front={tabs.front === patient}>
              <button type="button" className={styles['name']} aria-current={tabs.front === patient ? 'page' : undefined} data-testid="tab-chart" onClick={() => onFront(patient)}>
                <bdi>{name}</bdi>
                {head ? <span className={styles['number']}>{headNumber(head)}</span> : null}
                {like ? (
                  <span className={styles['alike']}>
                    <Icon name="warning" />
                    {t(`tabs.alike.${like}`)}
                  </span>
                ) : null}
              </button>
              <button type="button" className={styles['close']} aria-label={t('tabs.close', { name })} onClick={() => onClose(patient)}>
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
