import { useCallback } from 'react'
import { type Assessment, type Finding, formatQuantity, readVitals, type Vital, type VitalReading, type Vitals } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import { FlagMark } from '../results/FlagMark.tsx'
import { pairAssessment } from '../results/pair-assessment.ts'
import { resultWords, statusWords } from '../words/result-words.ts'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { TrendMark } from '../results/TrendMark.tsx'
import { usePerson } from '../load/use-person.ts'
import { agoWords, conceptWords, dateWords } from '../words/words.ts'
import { LeftOut } from './LaboratorySection.tsx'
import styles from './sections.module.css'

/** The newest of each vital sign, with its trend. A sign that was never measured is not listed. */
export function VitalsSection({ patient }: SectionProps) {
  const { clock, zone } = useServices()
  const person = usePerson(patient)
  const read = useCallback((resources: readonly unknown[]) => readVitals(resources, person, zone), [person, zone])
  return (
    <SectionPanel patient={patient} section="vitals" title={t('vitals.title')} read={read} isEmpty={isEmpty} empty={t('section.noneRecorded')}>
      {(vitals) => (
        <>
          <LeftOut laboratory={vitals} />
          <table className={table['table']}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{t('vitals.sign')}</th>
                <th scope="col">{t('vitals.value')}</th>
                <th scope="col">{t('laboratory.flag')}</th>
                <th scope="col">{t('laboratory.trend')}</th>
                <th scope="col">{t('vitals.measured')}</th>
              </tr>
            </thead>
            <tbody>
              {vitals.signs.flatMap((vital) => (vital.latest ? <VitalRow key={vital.sign} vital={vital} latest={vital.latest} now={clock.now()} zone={zone} /> : []))}
              {vitals.other.slice(0, 4).map((row, index) => (
                <tr key={row.id ?? index}>
                  <th scope="row">{conceptWords(row.name)}</th>
                  <td className={table['number']}>
                    <FindingValue finding={row} zone={zone} />
                  </td>
                  <td colSpan={2}>
                    <FlagMark assessment={row.assessment} />
                  </td>
                  <td className={styles['when']}>{dateWords(row.date, zone, true)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </SectionPanel>
  )
}

function isEmpty({ signs, other, withdrawn, malformed }: Vitals): boolean {
  return signs.every(({ readings }) => readings.length === 0) && other.length + withdrawn.length + malformed.length === 0
}

function VitalRow({ vital, latest, now, zone }: { readonly vital: Vital; readonly latest: VitalReading; readonly now: number; readonly zone: string }) {
  const assessment = assessmentOf(latest)
  const status = statusWords(latest.status)
  return (
    <tr>
      <th scope="row">{t(`vitals.sign.${vital.sign}`)}</th>
      <td className={table['number']}>
        <ReadingValue reading={latest} zone={zone} />
        {status === '' ? null : <div className={styles['status']}>{status}</div>}
        {latest.hasUnknownModifier ? <div className={styles['status']}>{t('words.modifier')}</div> : null}
      </td>
      <td>
        <FlagMark assessment={assessment} />
      </td>
      <td>
        <TrendMark trends={vital.trend} zone={zone} />
      </td>
      <td className={styles['when']}>
        {dateWords(latest.date, zone, true)} <span className={styles['ago']}>{agoWords(latest.date, { now, zone })}</span>
      </td>
    </tr>
  )
}

export function assessmentOf({ value }: VitalReading): Assessment {
  return value.kind === 'single' ? value.finding.assessment : pairAssessment(value.systolic?.assessment, value.diastolic?.assessment)
}

/** A reading as it was recorded; the same in the other unit of the bedside stands beside it, and says that it was converted. */
export function ReadingValue({ reading: { value }, zone }: { readonly reading: VitalReading; readonly zone: string }) {
  if (value.kind === 'single') {
    return (
      <>
        <FindingValue finding={value.finding} zone={zone} />
        {value.other ? <span className={table['quiet']}> ({t('vitals.converted', { value: formatQuantity(value.other) })})</span> : null}
      </>
    )
  }
  const half = (finding: Finding | undefined) => (finding ? resultWords(finding.value, zone).value : t('words.notRecorded'))
  const unit = [value.systolic, value.diastolic].map((finding) => (finding ? resultWords(finding.value, zone).unit : ''))
  return (
    <>
      <strong>
        {half(value.systolic)}/{half(value.diastolic)}
      </strong>{' '}
      <span className={table['quiet']}>{[...new Set(unit.filter((text) => text !== ''))].join(' / ')}</span>
    </>
  )
}

function FindingValue({ finding, zone }: { readonly finding: Finding; readonly zone: string }) {
  const { value, unit } = resultWords(finding.value, zone)
  return (
    <>
      <strong>{value}</strong> <span className={table['quiet']}>{unit}</span>
    </>
  )
}
