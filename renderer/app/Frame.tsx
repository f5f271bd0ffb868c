import type { ReactNode } from 'react'
import { t } from '../messages/index.ts'
import { useSession } from '../services/index.ts'
import styles from './Frame.module.css'

/** The window's frame: a system that is not for care says so, on every screen, for as long as it runs. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { info } = useSession()
  const kind = info?.environment.kind ?? 'production'
  return (
    <div className={styles['frame']} data-environment={kind}>
      {kind === 'production' ? null : (
        <aside className={styles['strip']} aria-label={t('environment.label')} data-testid="environment">
          <strong>{t(`environment.${kind}`)}</strong> {info?.environment.label}
        </aside>
      )}
      <div className={styles['content']}>{children}</div>
    </div>
  )
}
