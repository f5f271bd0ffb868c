import { useState } from 'react'
import { t } from '../../messages/index.ts'
import { Orders } from './Orders.tsx'
import { nothingChosen, type Selection } from './selection.ts'
import styles from './SupportDesk.module.css'
import { usePeople } from './use-people.ts'
import { useStations } from './use-stations.ts'
import { Workstations } from './Workstations.tsx'

const parts = ['workstations', 'orders'] as const
type Part = (typeof parts)[number]

/** Who is where, and what the support desk can do about it. No chart opens from here, and nothing of a patient is known here. */
export function SupportDesk() {
  const [part, setPart] = useState<Part>('workstations')
  const stations = useStations()
  // Kept while somebody looks at another part.
  const [selection, setSelection] = useState<Selection>(nothingChosen)
  const { book } = stations.list
  const people = usePeople(part !== 'workstations', book)
  return (
    <main className={styles['page']} data-testid="support-desk">
      <header className={styles['head']}>
        <h1 className={styles['title']}>{t('desk.title')}</h1>
        <nav className={styles['parts']} aria-label={t('desk.parts')}>
          {parts.map((each) => (
            <button key={each} type="button" className={styles['part']} aria-current={part === each ? 'page' : undefined} data-testid={`desk-part-${each}`} onClick={() => setPart(each)}>
              {t(`desk.part.${each}`)}
            </button>
          ))}
        </nav>
      </header>
      {part === 'workstations' ? <Workstations stations={stations} selection={selection} onSelect={setSelection} onSeeOrders={() => setPart('orders')} nameOf={people.nameOf} /> : null}
      {part === 'orders' ? <Orders book={book} nameOf={people.nameOf} /> : null}
    </main>
  )
}
