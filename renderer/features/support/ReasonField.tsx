import type { Ref } from 'react'
import { reasonLength } from '../../../shared/desk/words.ts'
import { t } from '../../messages/index.ts'
import { TextArea } from '../../ui/TextArea.tsx'

interface ReasonFieldProps {
  readonly value: string
  readonly isShort: boolean
  readonly onChange: (text: string) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** Why: there is no order without. */
export function ReasonField({ value, isShort, onChange, ref }: ReasonFieldProps) {
  return (
    <TextArea
      {...(ref === undefined ? {} : { ref })}
      label={t('desk.reason')}
      hint={t('desk.reasonHint', reasonLength)}
      error={isShort ? t('desk.reasonShort', { least: reasonLength.least }) : undefined}
      value={value}
      most={reasonLength.most}
      rows={2}
      testId="desk-reason"
      onChange={onChange}
    />
  )
}
