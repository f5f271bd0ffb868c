import { memo } from 'react'
import type { PatientIdentity } from '../../../shared/clinical/index.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { bornWords, headName, markWords, recordNumbers, sexWords } from '../chart/index.ts'
import { highlight } from './highlight.ts'
import { asPatientId } from './patient-id.ts'
import styles from './Patients.module.css'

interface PatientRowProps {
  readonly head: PatientIdentity
  readonly likeness: 'same' | 'similar' | undefined
  readonly search: string
  readonly zone: string
  /** Absent where the role may not open charts. */
  readonly onOpen?: (patient: PatientId) => void
}

/** One patient among others: enough to tell them apart, nothing clinical. The whole row opens the chart. */
export const PatientRow = memo(function PatientRow({ head, likeness, search, zone, onOpen }: PatientRowProps) {
  const id = asPatientId(head.id)
  const open = onOpen && id !== undefined ? () => onOpen(id) : undefined
  const marks = markWords(head, zone)
  const name = (
    <bdi>
      <Marked text={headName(head)} search={search} />
    </bdi>
  )
  return (
    // The row is a larger target for the same button that the keyboard reaches.
    <tr data-testid="patient-row" className={open ? styles['row'] : undefined} onClick={open}>
      <th scope="row">
        {open ? (
          <button type="button" className={styles['open']}>
            {name}
          </button>
        ) : (
          name
        )}
      </th>
      <td>{bornWords(head, zone)}</td>
      <td>{sexWords(head.sex)}</td>
      <td className={styles['recordNumber']}>
        <Marked text={recordNumbers(head)} search={search} />
      </td>
      <td>
        {marks.map((mark) => (
          <strong key={mark} className={styles['mark']}>
            {mark}
          </strong>
        ))}
        {likeness ? (
          <span className={styles['alike']}>
            <Icon name="warning" /> {t(`patients.${likeness}`)}
          </span>
        ) : null}
      </td>
    </tr>
  )
})

/** A text with what was searched for marked: as text, never as HTML. */
function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  return highlight(text, search).map(({ text: part, hit }, index) => (hit ? <mark key={index}>{part}</mark> : <span key={index}>{part}</span>))
}
