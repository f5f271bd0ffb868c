import { t } from '../../../messages/index.ts'
import { Icon } from '../../../ui/Icon.tsx'
import styles from './MalformedRow.module.css'

/** An entry that is there and could not be read: a row that says so, never a gap. */
export function MalformedRow({ columns }: { readonly columns: number }) {
  return (
    <tr>
      <td colSpan={columns} className={styles['malformed']}>
        <Icon name="warning" /> {t('words.malformedRow')}
      </td>
    </tr>
  )
}

/** An entry whose meaning an extension changes, in a way that is not known here (FHIR R4 §2.4.1). */
export function Modifier({ of }: { readonly of: { readonly hasUnknownModifier: boolean } }) {
  return of.hasUnknownModifier ? (
    <span className={styles['malformed']}>
      {' '}
      <Icon name="warning" /> {t('words.modifier')}
    </span>
  ) : null
}
