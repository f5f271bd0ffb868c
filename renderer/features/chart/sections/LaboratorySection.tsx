import { useCallback, useMemo } from 'react'
import type { Laboratory, TestHistory } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Notice } from '../../../ui/Notice.tsx'
import table from '../../../ui/table.module.css'
import { FlagMark } from '../results/FlagMark.tsx'
import { laboratoryOf } from '../results/laboratory-reading.ts'
import { gravestFirst } from '../results/lab-order.ts'
import { rangeWords, resultWords, statusWords } from '../words/result-words.ts'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { TrendMark } from '../results/TrendMark.tsx'
import { usePerson } from '../load/use-person.ts'
import { agoWords, conceptWords, dateWords } from '../words/words.ts'
import { Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** The newest result of each test: what is abnormal first. All results are one click away. */
export function LaboratorySection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const person = usePerson(patient)
  const read = useCallback((resources: readonly unknown[]) => laboratoryOf(resources, person, zone), [person, zone])
  return (
    <SectionPanel patient={patient} section="laboratory" title={t('laboratory.title')} read={read} isEmpty={isEmpty} empty={t('section.noneRecorded')}>
      {(laboratory, { hasMore }) => (
        <>
          <LeftOut laboratory={laboratory} />
          <NewestTable tests={laboratory.tests} limit={limit} />
          <ShowAll shown={hasMore ? 0 : limit} of={laboratory.tests.length} onShow={onShow && (() => onShow('results'))} />
        </>
      )}
    </SectionPanel>
  )
}

function isEmpty({ tests, panels, withdrawn, malformed }: Laboratory): boolean {
  return tests.length + panels.length + withdrawn.length + malformed.length === 0
}

/** What cannot be shown as a result is counted. */
export function LeftOut({ laboratory: { withdrawn, malformed } }: { readonly laboratory: Pick<Laboratory, 'withdrawn' | 'malformed'> }) {
  return (
    <>
      {malformed.length > 0 ? <Notice tone="caution">{t('section.refusedMalformed', { count: malformed.length })}</Notice> : null}
      {withdrawn.length > 0 ? <Notice tone="caution">{t('laboratory.withdrawn', { count: withdrawn.length, names: withdrawn.map(({ name }) => conceptWords(name)).join(', ') })}</Notice> : null}
    </>
  )
}

function NewestTable({ tests, limit }: { readonly tests: readonly TestHistory[]; readonly limit: number | undefined }) {
  const { clock, zone } = useServices()
  const shown = useMemo(() => gravestFirst(tests, Math.floor(clock.now() / 86_400_000), zone).slice(0, limit), [tests, limit, clock, zone])
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('laboratory.test')}</th>
          <th scope="col" className={table['number']}>
            {t('laboratory.result')}
          </th>
          <th scope="col">{t('laboratory.flag')}</th>
          <th scope="col">{t('laboratory.range')}</th>
          <th scope="col">{t('laboratory.trend')}</th>
          <th scope="col">{t('laboratory.collected')}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((test) => (
          <NewestRow key={test.key} test={test} now={clock.now()} zone={zone} />
        ))}
      </tbody>
    </table>
  )
}

function NewestRow({ test, now, zone }: { readonly test: TestHistory; readonly now: number; readonly zone: string }) {
  const newest = test.rows[0]
  if (!newest) return null
  const result = resultWords(newest.value, zone)
  const status = statusWords(newest.status)
  return (
    <tr>
      <th scope="row">
        <bdi>{conceptWords(test.name)}</bdi>
        <Modifier of={newest} />
      </th>
      <td className={result.isNumber ? table['number'] : undefined}>
        <strong>{result.value}</strong> <span className={table['quiet']}>{result.unit}</span>
        {status === '' ? null : <div className={styles['status']}>{status}</div>}
      </td>
      <td>
        <FlagMark assessment={newest.assessment} />
      </td>
      <td className={newest.range.kind === 'range' ? styles['range'] : table['quiet']}>{rangeWords(newest)}</td>
      <td>
        <TrendMark trends={test.trend} zone={zone} />
      </td>
      <td className={styles['when']}>
        {dateWords(newest.date, zone)} <span className={styles['ago']}>{agoWords(newest.date, { now, zone })}</span>
      </td>
    </tr>
  )
}
