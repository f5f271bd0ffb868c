import type { Ref } from 'react'
import { type Identification, identifications, reasonLength } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import fields from '../../ui/fields.module.css'
import { TextArea } from '../../ui/TextArea.tsx'

/** How somebody at the desk knows who asks, and by what. */
export interface Identified {
  readonly identifiedBy: Identification
  readonly identification: string
}

interface IdentificationFieldsProps {
  readonly value: Identified
  readonly isShort: boolean
  /** More to say below the second field. */
  readonly hint?: string
  readonly testIds: { readonly by: string; readonly what: string }
  readonly onChange: (change: Partial<Identified>) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

export function IdentificationFields({ value, isShort, hint, testIds, onChange, ref }: IdentificationFieldsProps) {
  const means = t('desk.help.identificationHint', reasonLength)
  return (
    <>
      <label className={fields['field']}>
        {t('desk.help.identifiedBy')}
        <select value={value.identifiedBy} data-testid={testIds.by} onChange={({ target }) => onChange({ identifiedBy: identifications.find((each) => each === target.value) ?? 'other' })}>
          {identifications.map((each) => (
            <option key={each} value={each}>
              {t(`desk.identified.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <TextArea
        {...(ref === undefined ? {} : { ref })}
        label={t('desk.help.identification')}
        hint={hint === undefined ? means : `${means} ${hint}`}
        error={isShort ? t('desk.help.identificationShort', { least: reasonLength.least }) : undefined}
        value={value.identification}
        most={reasonLength.most}
        rows={1}
        testId={testIds.what}
        onChange={(identification) => onChange({ identification })}
      />
    </>
  )
}
