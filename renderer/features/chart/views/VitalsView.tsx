import { lazy, Suspense, useMemo, useState } from 'react'
import { readVitals, type Series, type Vital, type VitalReading } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Disclosure } from '../../../ui/Disclosure.tsx'
import table from '../../../ui/table.module.css'
import { trendScale } from '../../../ui/trend-scale.ts'
import { FailureNotice } from '../../failure/index.ts'
import { FlagMark } from '../results/FlagMark.tsx'
import { statusWords, unitWords } from '../words/result-words.ts'
import { LeftOut } from '../sections/LaboratorySection.tsx'
import { assessmentOf, ReadingValue } from '../sections/VitalsSection.tsx'
import { Age, type ReadySection, Refused } from '../SectionPanel.tsx'
import { pointsOf, trendWords } from '../results/trend.ts'
import { usePerson } from '../load/use-person.ts'
import { useSection } from '../load/use-section.ts'
import { useAllPages } from '../load/use-all-pages.ts'
import { dateWords } from '../words/words.ts'
import type { ViewProps } from './view-props.ts'
import styles from './VitalsView.module.css'

// The drawing library is only loaded by who looks at trends.
const TrendChart = lazy(() => import('../../../ui/TrendChart.tsx'))

/** Each vital sign over time: picture and table, one time axis for all. */
export function VitalsView({ patient }: ViewProps) {
  const found = useSection(patient, 'vitals')
  useAllPages(found)
  if (found.state === 'loading') return <p aria-busy="true">{t('section.loading')}</p>
  if (found.state === 'failed') return <FailureNotice failure={found.failure} onRetry={found.retry} />
  return <Trends patient={patient} ready={found} />
}

function Trends({ patient, ready }: Pick<ViewProps, 'patient'> & { readonly ready: ReadySection }) {
  const { clock, zone } = useServices()
  const person = usePerson(patient)
  const vitals = useMemo(() => readVitals(ready.resources, person, zone), [ready.resources, person, zone])
  const measured = vitals.signs.filter(({ readings }) => readings.length > 0)
  const moments = measured.flatMap(({ trend, second }) => [...trend.series, ...(second?.series ?? [])].flatMap((series) => series.points.map((point) => point.at)))
  const from = Math.min(...moments)
  // Today is at the right edge, so that an old trend does not look like a new one. Held while the view is open.
  const [opened] = useState(() => clock.now())
  const to = Math.max(opened, ...moments)
  return (
    <section aria-label={t('vitals.title')}>
      <Age ready={ready} />
      <Refused ready={ready} />
      <LeftOut laboratory={vitals} />
      {measured.length === 0 ? <p>{t(ready.isPartial ? 'section.nothingReadable' : 'section.noneRecorded')}</p> : null}
      <div className={styles['grid']}>
        {measured.map((vital) => (
          <SignTrend key={vital.sign} vital={vital} from={from} to={to} zone={zone} />
        ))}
      </div>
    </section>
  )
}

interface SignTrendProps {
  readonly vital: Vital
  readonly from: number
  readonly to: number
  readonly zone: string
}

function SignTrend({ vital, from, to, zone }: SignTrendProps) {
  const { latest, readings, trend, second } = vital
  const [series] = trend.series
  const partner = series && second?.series.find((other) => unitWords(other.unit) === unitWords(series.unit))
  return (
    <section className={styles['sign']} aria-labelledby={`trend-${vital.sign}`}>
      <header className={styles['head']}>
        <h2 id={`trend-${vital.sign}`}>{t(`vitals.sign.${vital.sign}`)}</h2>
        {latest ? (
          <p>
            <ReadingValue reading={latest} zone={zone} /> <FlagMark assessment={assessmentOf(latest)} /> <span className={table['quiet']}>{dateWords(latest.date, zone, true)}</span>
          </p>
        ) : null}
      </header>
      {series && series.points.length > 1 ? <Picture series={series} partner={partner} from={from} to={to} zone={zone} /> : <p className={table['quiet']}>{t('vitals.noTrend')}</p>}
      {trend.series.length > 1 ? <p className={table['quiet']}>{t('vitals.otherUnits')}</p> : null}
      {trend.leftOut.length > 0 ? <p className={table['quiet']}>{t('vitals.leftOut', { count: trend.leftOut.length })}</p> : null}
      <Disclosure label={t('vitals.table', { count: readings.length })}>
        <ReadingTable readings={readings} zone={zone} />
      </Disclosure>
    </section>
  )
}

interface PictureProps {
  readonly series: Series
  /** The diastolic under a systolic: of the same unit, else it would not be in this picture. */
  readonly partner: Series | undefined
  readonly from: number
  readonly to: number
  readonly zone: string
}

function Picture({ series, partner, from, to, zone }: PictureProps) {
  const picture = useMemo(() => {
    const lines = [series, ...(partner ? [partner] : [])].map((each, index) => ({ points: pointsOf(each), dashed: index > 0 }))
    return { lines, band: series.band, from, to, zone }
  }, [series, partner, from, to, zone])
  const { hasZero } = trendScale(picture.lines.flatMap((line) => line.points.map((point) => point.value)), series.band)
  const wasConverted = series.points.some((point) => point.convertedFrom !== undefined)
  return (
    <figure className={styles['figure']}>
      <Suspense fallback={<div className={styles['placeholder']} aria-busy="true" />}>
        <TrendChart picture={picture} label={trendWords(series, zone)} />
      </Suspense>
      <figcaption className={styles['caption']}>
        {[
          unitWords(series.unit),
          partner ? t('vitals.twoLines') : undefined,
          series.band ? t('vitals.band') : t('vitals.noBand'),
          hasZero ? undefined : t('vitals.notFromZero'),
          wasConverted ? t('vitals.someConverted') : undefined,
        ]
          .filter((part) => part !== undefined && part !== '')
          .join(' · ')}
      </figcaption>
    </figure>
  )
}

function ReadingTable({ readings, zone }: { readonly readings: readonly VitalReading[]; readonly zone: string }) {
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('vitals.measured')}</th>
          <th scope="col" className={table['number']}>
            {t('vitals.value')}
          </th>
          <th scope="col">{t('laboratory.flag')}</th>
        </tr>
      </thead>
      <tbody>
        {readings.map((reading, index) => (
          <tr key={reading.id ?? index}>
            <th scope="row">
              {dateWords(reading.date, zone, true)} <span className={table['quiet']}>{statusWords(reading.status)}</span>
            </th>
            <td className={table['number']}>
              <ReadingValue reading={reading} zone={zone} />
            </td>
            <td>
              <FlagMark assessment={assessmentOf(reading)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
