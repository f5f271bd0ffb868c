import { type RefObject, useMemo, useState } from 'react'
import { OrderBar } from '../orders/OrderBar.tsx'
import { nothingChosen, type Selection } from './selection.ts'
import { StationDetails } from './StationDetails.tsx'
import { StationFilter } from './StationFilter.tsx'
import { StationStanding } from './StationStanding.tsx'
import { StationTable } from './StationTable.tsx'
import { sitesOf } from './stations.ts'
import type { LiveStations } from './use-stations.ts'

interface WorkstationsProps {
  readonly search: RefObject<HTMLInputElement | null>
  readonly stations: LiveStations
  readonly selection: Selection
  readonly onSelect: (selection: Selection) => void
  readonly onSeeOrders: () => void
  readonly nameOf: (sub: string) => string
}

/** The list of workstations: filter, how it stands, table, and all of the one that is pointed out. */
export function Workstations({ search, stations, selection, onSelect, onSeeOrders, nameOf }: WorkstationsProps) {
  const { list, tell, again } = stations
  const [pointed, setPointed] = useState<string>()
  const sites = useMemo(() => sitesOf(list.book), [list.book])
  return (
    <>
      <StationFilter search={search} question={list.question} sites={sites} onAsk={(question) => tell({ type: 'ask', question })} />
      <StationStanding list={list} selection={selection} onChooseNone={() => onSelect(nothingChosen)} onAgain={again} onSettle={() => tell({ type: 'settle' })} onAsk={(question) => tell({ type: 'ask', question })} />
      {list.book.byId.size > 0 ? <OrderBar list={list} sites={sites} selection={selection} onSeeOrders={onSeeOrders} /> : null}
      {list.shown.length > 0 ? (
        <>
          <StationTable
            rows={list.shown}
            question={list.question}
            selection={selection}
            pointed={pointed}
            onSort={(by) => tell({ type: 'ask', question: { ...list.question, by, descending: list.question.by === by && !list.question.descending } })}
            onSelect={onSelect}
            onPoint={setPointed}
            onHold={(isHeld) => tell({ type: 'hold', isHeld })}
          />
          <StationDetails key={pointed} station={pointed === undefined ? undefined : list.book.byId.get(pointed)} book={list.book} nameOf={nameOf} />
        </>
      ) : null}
    </>
  )
}
