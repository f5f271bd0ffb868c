import { useId, useState } from 'react'
import { type PatientIdentity, readPatient } from '../../../shared/clinical/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import fields from '../../ui/fields.module.css'
import text from '../../ui/text.module.css'
import { bornWords, headName, recordNumbers } from '../chart/index.ts'
import { asPatientId, shortestSearch, usePatientSearch, useSettled } from '../patients/index.ts'
import styles from './PatientField.module.css'
import type { Asked } from './question.ts'

interface PatientFieldProps {
  readonly patient: Asked['patient']
  readonly onPatient: (patient: Asked['patient']) => void
}

/** By name or record number for who may look patients up, else by the id that stands in the trail. */
export function PatientField({ patient, onPatient }: PatientFieldProps) {
  const { session } = useSession()
  if (patient !== undefined && patient.name !== patient.id) {
    return (
      <div className={fields['field']}>
        {t('audit.patient')}
        <span className={styles['picked']}>
          <bdi data-testid="audit-picked">{patient.name}</bdi>
          <Button kind="plain" onClick={() => onPatient(undefined)}>
            {t('audit.patientClear')}
          </Button>
        </span>
      </div>
    )
  }
  return session.permissions.includes('patient:search') ? <BySearch onPatient={onPatient} /> : <ById patient={patient} onPatient={onPatient} />
}

function ById({ patient, onPatient }: PatientFieldProps) {
  const [typed, setTyped] = useState<string>(patient?.id ?? '')
  const isWrong = typed.trim() !== '' && asPatientId(typed.trim()) === undefined
  const hint = useId()
  return (
    <label className={fields['field']}>
      {t('audit.patient')}
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        placeholder={t('audit.patientId')}
        value={typed}
        data-testid="audit-patient"
        aria-invalid={isWrong}
        aria-describedby={hint}
        // What is no id must not be asked as if nothing stood here: the form is not sent.
        ref={(input) => input?.setCustomValidity(isWrong ? t('audit.patientWrong') : '')}
        onChange={({ target }) => {
          setTyped(target.value)
          const id = asPatientId(target.value.trim())
          onPatient(id === undefined ? undefined : { id, name: id })
        }}
      />
      <span id={hint} className={fields['wrong']} role="alert">
        {isWrong ? t('audit.patientWrong') : ''}
      </span>
    </label>
  )
}

/** Who has not typed for so long wants what stands there. Milliseconds. */
const searchAfter = 300
const mostOffered = 8

function BySearch({ onPatient }: Pick<PatientFieldProps, 'onPatient'>) {
  const { clock, zone } = useServices()
  const [typed, setTyped] = useState('')
  const wanted = typed.trim()
  const [settled] = useSettled(wanted, searchAfter)
  const search = usePatientSearch(settled === wanted ? wanted : '')
  const found = (search.data?.patients ?? []).flatMap((resource) => {
    const head = readPatient(resource, { now: clock.now(), zone })
    const id = head.kind === 'patient' ? asPatientId(head.id) : undefined
    return head.kind === 'patient' && id !== undefined ? [{ id, head }] : []
  })
  const name = (head: PatientIdentity) => `${headName(head)} · ${recordNumbers(head)}`
  return (
    <div className={fields['field']}>
      <label className={fields['field']}>
        {t('audit.patient')}
        <input type="search" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('audit.patientSearch')} value={typed} data-testid="audit-patient" onChange={({ target }) => setTyped(target.value)} />
      </label>
      {wanted.length < shortestSearch ? null : (
        <ul className={styles['offers']} data-testid="audit-patients">
          {search.data && found.length === 0 ? <li className={`${text['quiet']} ${styles['none']}`}>{t('audit.patientNone')}</li> : null}
          {found.slice(0, mostOffered).map(({ id, head }) => (
            <li key={id}>
              <button type="button" className={styles['offer']} onClick={() => onPatient({ id, name: name(head) })}>
                <bdi>{name(head)}</bdi> <span className={text['quiet']}>{bornWords(head, zone)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
