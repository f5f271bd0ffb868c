import { type RefObject, useId } from 'react'
import { identifications, reasonLength } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import fields from '../../ui/fields.module.css'
import { TextArea } from '../../ui/TextArea.tsx'
import type { Identified } from './identified.ts'

interface IdentificationFieldsProps {
  readonly value: Identified
  /** What is to be said of as missing; of other fields too. */
  readonly lack: string | undefined
  /** More to say below the second field. */
  readonly hint?: string
  readonly testIds: { readonly by: string; readonly what: string }
  readonly onChange: (change: Partial<Identified>) => void
  readonly by: RefObject<HTMLSelectElement | null>
  readonly what: RefObject<HTMLTextAreaElement | null>
}

export function IdentificationFields({ value, lack, hint, testIds, onChange, by, what }: IdentificationFieldsProps) {
  const id = useId()
  const means = t('desk.help.identificationHint', reasonLength)
  const isUnknown = lack === 'identifiedBy'
  return (
    <>
      <div className={fields['field']}>
        <label htmlFor={id}>{t('desk.help.identifiedBy')}</label>
        <select
          ref={by}
          id={id}
          value={value.identifiedBy ?? ''}
          aria-required
          aria-invalid={isUnknown}
          aria-describedby={`${id}-error`}
          data-testid={testIds.by}
          onChange={({ target }) => onChange({ identifiedBy: identifications.find((each) => each === target.value) })}
        >
          <option value="">{t('desk.help.identifiedByChoose')}</option>
          {identifications.map((each) => (
            <option key={each} value={each}>
              {t(`desk.identified.${each}`)}
            </option>
          ))}
        </select>
        <span id={`${id}-error`} role="alert" className={fields['wrong']}>
          {isUnknown ? t('desk.help.identifiedByMissing') : ''}
        </span>
      </div>
      <TextArea
        ref={what}
        label={t('desk.help.identification')}
        hint={hint === undefined ? means : `${means} ${hint}`}
        error={lack === 'identification' ? t('desk.help.identificationShort', { least: reasonLength.least }) : undefined}
        value={value.identification}
        most={reasonLength.most}
        rows={1}
        testId={testIds.what}
        onChange={(identification) => onChange({ identification })}
      />
    </>
  )
}
