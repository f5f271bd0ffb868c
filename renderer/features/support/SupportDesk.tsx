import { type RefObject, useImperativeHandle, useState } from 'react'
import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import { PartedPage } from '../../ui/PartedPage.tsx'
import { Alerts } from './alerts/Alerts.tsx'
import { Orders } from './orders/Orders.tsx'
import { People } from './people/People.tsx'
import { nothingChosen, type Selection } from './stations/selection.ts'
import { UnlockHelp } from './unlock-help/UnlockHelp.tsx'
import { useAlertCase } from './alerts/use-alert-case.ts'
import { useHelpCase } from './unlock-help/use-help-case.ts'
import { usePeople } from './people/use-people.ts'
import { useStations } from './stations/use-stations.ts'
import { Workstations } from './stations/Workstations.tsx'

const parts = ['workstations', 'people', 'orders', 'alerts', 'unlock'] as const
type Part = (typeof parts)[number]

interface SupportDeskProps {
  /** The field of the part that is shown, for the shortcut that leads to it. */
  readonly search: RefObject<HTMLInputElement | null>
  /** Shows a part by its place, for the shortcuts. */
  readonly showPart: RefObject<((index: number) => void) | null>
}

/** Who is where, and what the support desk can do about it. No chart opens from here, and nothing of a patient is known here. */
export function SupportDesk({ search, showPart }: SupportDeskProps) {
  const { session } = useSession()
  const [part, setPart] = useState<Part>('workstations')
  const stations = useStations()
  // Kept while somebody looks at another part.
  const [selection, setSelection] = useState<Selection>(nothingChosen)
  const { book } = stations.list
  const people = usePeople(part !== 'workstations', part === 'people' || part === 'unlock' ? part : undefined, book)
  const help = useHelpCase()
  const alerts = useAlertCase()
  const shown = parts.filter((each) => each !== 'alerts' || session.permissions.includes('desk:alerts'))
  useImperativeHandle(showPart, () => (index: number) => {
    const next = shown[index]
    if (next !== undefined) setPart(next)
  })
  return (
    <PartedPage testId="support-desk" title={t('desk.title')} partsLabel={t('desk.parts')} parts={shown.map((id) => ({ id, label: t(`desk.part.${id}`) }))} shown={part} onShow={setPart} partTestId="desk-part">
      {part === 'workstations' ? <Workstations search={search} stations={stations} selection={selection} onSelect={setSelection} onSeeOrders={() => setPart('orders')} nameOf={people.nameOf} /> : null}
      {part === 'people' ? <People search={search} people={people} book={book} onSeeOrders={() => setPart('orders')} /> : null}
      {part === 'orders' ? <Orders book={book} nameOf={people.nameOf} /> : null}
      {part === 'alerts' ? <Alerts book={book} at={alerts} /> : null}
      {part === 'unlock' ? <UnlockHelp stations={stations} people={people} help={help} /> : null}
    </PartedPage>
  )
}
