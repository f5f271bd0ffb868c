import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Details, NoDetails } from '../../ui/Details.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import type { Asked } from './question.ts'
import { TypedText } from './TypedText.tsx'
import { outcomeWords, purposeWords, whatWords, whenWords, whoWords } from './trail-words.ts'

interface EntryDetailsProps {
  readonly row: AuditRow | undefined
  readonly onNarrow: (more: Partial<Asked>) => void
}

/** All that one entry says. */
export function EntryDetails({ row, onNarrow }: EntryDetailsProps) {
  const { zone } = useServices()
  if (row === undefined) return <NoDetails>{t('audit.detail.none')}</NoDetails>
  const { patient, user } = row
  return (
    <Details label={t('audit.details')} testId="audit-details">
      <Facts>
        <Fact name={t('audit.column.at')}>{whenWords(row, zone)}</Fact>
        <Fact name={t('audit.column.user')}>
          <bdi>{whoWords(row)}</bdi>
          {user.reference === undefined ? null : (
            <Button kind="plain" onClick={() => onNarrow({ user: user.reference ?? '' })}>
              {t('audit.onlyUser')}
            </Button>
          )}
        </Fact>
        <Fact name={t('audit.detail.reference')}>{user.reference}</Fact>
        <Fact name={t('audit.column.kind')}>{whatWords(row)}</Fact>
        <Fact name={t('audit.detail.words')}>{row.words}</Fact>
        <Fact name={t('audit.column.patient')}>
          {patient === undefined ? undefined : (
            <>
              {patient}
              <Button kind="plain" onClick={() => onNarrow({ patient: { id: patient, name: patient } })} data-testid="audit-only-patient">
                {t('audit.onlyPatient')}
              </Button>
            </>
          )}
        </Fact>
        <Fact name={t('audit.column.record')}>{row.record}</Fact>
        <Fact name={t('audit.detail.purposes')}>{row.purposes.length === 0 ? undefined : row.purposes.map(purposeWords).join(', ')}</Fact>
        <Fact name={t('audit.column.outcome')}>{outcomeWords(row)}</Fact>
        <Fact name={t('audit.column.source')}>{row.source}</Fact>
        <Fact name={t('audit.detail.address')}>{row.address}</Fact>
        <Fact name={t('audit.detail.text')}>{row.sealed === true ? <TypedText key={row.id} row={row} /> : undefined}</Fact>
        {row.details.map(({ type, value }, index) => (
          <Fact key={index} name={type}>
            <bdi>{value}</bdi>
          </Fact>
        ))}
        <Fact name={t('audit.detail.id')}>{row.id}</Fact>
      </Facts>
    </Details>
  )
}
