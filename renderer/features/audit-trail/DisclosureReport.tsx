import { useState } from 'react'
import { type DisclosureGroup, disclosureGroups } from '../../../shared/audit-trail/columns.ts'
import type { Disclosure } from '../../../shared/audit-trail/disclosure.ts'
import { formatDate, formatDateTime } from '../../../shared/clinical/partial-date.ts'
import type { OutputOf } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Notice } from '../../ui/Notice.tsx'
import table from '../../ui/table.module.css'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import styles from './DisclosureReport.module.css'
import { ExportDialog } from './ExportDialog.tsx'
import { PrintDialog, type PrintEnd } from './PrintDialog.tsx'
import type { AccountAsked } from './question.ts'
import { purposeWords, whenWords } from './trail-words.ts'

interface DisclosureReportProps {
  readonly asked: AccountAsked
  /** Epoch milliseconds. */
  readonly madeAt: number
  readonly answer: OutputOf<'audit.disclosures'>
}

type Printing = { readonly is: 'idle' } | { readonly is: 'asking' } | PrintEnd

/** The report as it is read, printed and handed over: when, to whom, what, why (164.528(b)(2)). */
export function DisclosureReport({ asked: { patient, filter }, madeAt, answer }: DisclosureReportProps) {
  const { zone } = useServices()
  const { session } = useSession()
  const [isExporting, setExporting] = useState(false)
  const [printing, setPrinting] = useState<Printing>({ is: 'idle' })
  const { disclosures, refused, isPartial } = answer
  const day = (at: number) => formatDate({ precision: 'instant', epochMs: at }, zone)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reached by Tab: a long report is scrolled by keys (WCAG 2.1.1)
    <section className={styles['report']} aria-labelledby="disclosures-heading" tabIndex={0} data-testid="disclosures-report">
      <header className={styles['reportHead']}>
        <div>
          <h2 id="disclosures-heading" className={styles['reportTitle']}>
            {t('disclosures.title')}
          </h2>
          <p>
            <bdi>{t('disclosures.of', { patient: patient.name })}</bdi> · {t('disclosures.period', { from: day(filter.from), to: day(filter.to - 1) })}
          </p>
          <p className={text['quiet']}>{t('disclosures.made', { time: formatDateTime({ precision: 'instant', epochMs: madeAt }, zone), name: session.user?.displayName ?? '' })}</p>
        </div>
        <div data-print="never">
          <Choices>
            <Button onClick={() => setPrinting({ is: 'asking' })} data-testid="disclosures-print">
              {t('disclosures.print')}
            </Button>
            <Button onClick={() => setExporting(true)} data-testid="disclosures-export">
              {t('audit.export')}
            </Button>
          </Choices>
        </div>
      </header>
      <div data-print="never">
        <output className={text['quiet']} data-testid="disclosures-printing">
          {printing.is === 'printed' ? t('print.sent') : ''}
        </output>
        {printing.is === 'failed' ? <FailureNotice failure={printing.failure} role="alert" /> : null}
      </div>
      {refused.wrongPatient > 0 ? <Notice tone="critical">{t('audit.refusedWrongPatient', { count: refused.wrongPatient })}</Notice> : null}
      {refused.malformed > 0 ? <Notice tone="caution">{t('audit.refusedMalformed', { count: refused.malformed })}</Notice> : null}
      {isPartial ? <Notice tone="caution">{t('audit.leftOut')}</Notice> : null}
      {disclosureGroups.map((group) => (
        <Group key={group} group={group} entries={disclosures.filter((entry) => entry.group === group)} />
      ))}
      {printing.is === 'asking' ? <PrintDialog patient={patient.id} onEnd={setPrinting} onClose={() => setPrinting({ is: 'idle' })} /> : null}
      {isExporting ? <ExportDialog report="disclosures" filter={{ from: filter.from, to: filter.to, patient: patient.id }} total={disclosures.length} onClose={() => setExporting(false)} /> : null}
    </section>
  )
}

function Group({ group, entries }: { readonly group: DisclosureGroup; readonly entries: readonly Disclosure[] }) {
  const { zone } = useServices()
  return (
    <section className={styles['group']} data-testid={`disclosures-${group}`}>
      <h3>
        {t(`disclosures.group.${group}`)} <span className={text['quiet']}>{entries.length}</span>
      </h3>
      <p className={text['quiet']}>{t(`disclosures.means.${group}`)}</p>
      {entries.length === 0 ? (
        <p>{t('disclosures.none')}</p>
      ) : (
        <table className={`${table['table']} ${styles['account']}`} aria-label={t(`disclosures.group.${group}`)}>
          <thead>
            <tr>
              <th scope="col">{t('disclosures.column.at')}</th>
              <th scope="col">{t(group === 'emergency' ? 'disclosures.column.by' : 'disclosures.column.recipient')}</th>
              {group === 'emergency' ? null : <th scope="col">{t('disclosures.column.what')}</th>}
              <th scope="col">{t('disclosures.column.purpose')}</th>
              {group === 'emergency' ? null : <th scope="col">{t('disclosures.column.by')}</th>}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <td>{whenWords(entry, zone)}</td>
                {group === 'emergency' ? null : (
                  <>
                    <td>
                      <bdi>{entry.recipient.name ?? t('disclosures.noRecipient')}</bdi>
                      {entry.recipient.address === undefined ? null : <span className={text['quiet']}> {entry.recipient.address}</span>}
                    </td>
                    <td>
                      <bdi>{entry.what.length === 0 ? t('disclosures.noWhat') : entry.what.join('; ')}</bdi>
                    </td>
                    <td>{purposesOf(entry)}</td>
                  </>
                )}
                <td>
                  <bdi>{entry.user.name ?? entry.user.reference ?? t('audit.nobody')}</bdi>
                </td>
                {group === 'emergency' ? <td>{purposesOf(entry)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function purposesOf({ purposes, reason }: Disclosure): string {
  const told = [...purposes.map(purposeWords), ...(reason === undefined ? [] : [reason])]
  return told.length === 0 ? t('disclosures.noPurpose') : told.join('; ')
}
