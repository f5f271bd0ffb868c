import type { AppInfo } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import styles from './SignIn.module.css'

/** What is wrong with the workstation's policy: for IT, who read it here before anybody can sign in. */
export function PolicyTrouble({ trouble }: { readonly trouble: NonNullable<AppInfo['policyTrouble']> }) {
  const { kind, line, column, reason } = trouble
  return (
    <Notice tone={kind === 'held' ? 'caution' : 'critical'} role="alert">
      {t(`policy.${kind}`)}
      {line === undefined ? null : <span className={styles['place']}> {t('policy.place', { line, column: column ?? 1 })}</span>}
      {reason === undefined ? null : <span className={styles['reason']}>{reason}</span>}
    </Notice>
  )
}
