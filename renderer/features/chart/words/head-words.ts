import { assertNever } from '../../../../shared/assert-never.ts'
import { formatAge, formatDate, type PatientIdentity, valueOf } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { recordedWords } from './words.ts'

/** `FAMILY, Given`, whole. */
export function headName({ name }: PatientIdentity): string {
  return name.kind === 'recorded' ? name.display : t('patient.noName')
}

/** `MRN 104-22-871`; several with who gave them. */
export function headNumber(head: PatientIdentity): string {
  return t('patient.number', { number: recordNumbers(head) })
}

/** The record numbers alone, under a heading that says what they are. */
export function recordNumbers({ recordNumbers: all }: PatientIdentity): string {
  if (all.length === 0) return t('words.notRecorded')
  return all.map(({ value, assigner }) => (assigner.kind === 'recorded' && all.length > 1 ? `${value} (${assigner.value})` : value)).join(', ')
}

/** `07-Mar-1954 (72 y)`; at death for the dead. */
export function bornWords({ birthDate, age }: PatientIdentity, zone: string): string {
  const born = recordedWords(birthDate, (date) => formatDate(date, zone))
  const years = ageWords(age)
  return years === '' ? born : `${born} (${years})`
}

/** The age alone; nothing where the birth date already says why there is none. */
function ageWords(age: PatientIdentity['age']): string {
  const known = valueOf(age)
  if (known === undefined) return ''
  return known.kind === 'not-born-yet' ? t('patient.notBornYet') : formatAge(known, (text) => t('words.about', { age: text }))
}

/** Administrative sex. */
export function sexWords(sex: PatientIdentity['sex']): string {
  return recordedWords(sex, (value) => t(`patient.sex.${value}`))
}

/** Dead, and since when; nothing for the living and where nobody said. */
export function deceasedWords({ deceased }: PatientIdentity, zone: string): string {
  switch (deceased.kind) {
    case 'at':
      return t('patient.deceasedAt', { date: formatDate(deceased.date, zone) })
    case 'at-unknown-time':
      return t('patient.deceased')
    case 'malformed':
      return t('patient.deceasedUnreadable')
    case 'no':
    case 'not-recorded':
      return ''
    default:
      return assertNever(deceased)
  }
}

/** What marks a record out, in a word each: dead, restricted, merged, not in use. */
export function markWords(head: PatientIdentity, zone: string): string[] {
  const { restriction } = head
  return [
    deceasedWords(head, zone),
    restriction.kind === 'restricted' ? t(`patient.restriction.${restriction.level}`) : restriction.kind === 'unreadable' ? t('patient.restriction.unreadable') : '',
    head.replacedBy === undefined ? '' : t('patient.replaced'),
    head.isActive ? '' : t('patient.inactive'),
  ].filter((mark) => mark !== '')
}

