import { useState } from 'react'
import { type Connection, failureOf, type ShownFailure } from '../bridge/index.ts'
import { FailureNotice } from '../features/failure/index.ts'
import { t } from '../messages/index.ts'
import { useServices, useSession } from '../services/index.ts'
import { Button } from '../ui/Button.tsx'
import { Choices } from '../ui/Choices.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { focusFirst } from '../ui/focus-first.ts'
import { Icon } from '../ui/Icon.tsx'
import { MenuButton } from '../ui/MenuButton.tsx'
import { lockKeys } from './shortcuts.ts'
import styles from './TopBar.module.css'

interface TopBarProps {
  readonly connection: Connection | undefined
  readonly onShortcuts: () => void
}

/** Who is signed in, whether the EHR answers, and Lock. Signing out is in a menu apart: the two are never confused. */
export function TopBar({ connection, onShortcuts }: TopBarProps) {
  const { bridge } = useServices()
  const { session } = useSession()
  const [leaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<ShownFailure>()
  const order = (name: 'session.lock' | 'session.signOut') => {
    bridge.call(name, {}).catch((error: unknown) => setFailure(failureOf(error)))
  }
  return (
    <header className={styles['bar']}>
      <span className={styles['mark']}>{t('app.name')}</span>
      {/* Nothing is said before the EHR has answered or failed to: "connected" would be a guess. */}
      <span className={styles['connection']} data-online={connection?.online ?? 'unknown'}>
        {connection ? <Icon name={connection.online ? 'online' : 'offline'} /> : null}
        {connection ? t(connection.online ? 'bar.online' : 'bar.offline') : null}
      </span>
      <span className={styles['grow']}>{failure ? <FailureNotice failure={failure} role="alert" /> : null}</span>
      {session.user ? (
        <span className={styles['who']}>
          <Icon name="person" />
          <strong>{session.user.displayName}</strong> {t(`role.${session.user.role}`)}
        </span>
      ) : null}
      <Button onClick={() => order('session.lock')} aria-keyshortcuts="Control+L Meta+L" data-testid="lock">
        <Icon name="lock" />
        {t('bar.lock')} <kbd>{lockKeys(navigator.userAgent)}</kbd>
      </Button>
      <MenuButton
        label={t('bar.menu')}
        icon="more"
        items={[
          { id: 'shortcuts', label: t('bar.shortcuts'), onChoose: onShortcuts },
          { id: 'sign-out', label: t('bar.signOut'), onChoose: () => setLeaving(true) },
        ]}
      />
      {leaving ? (
        <Dialog title={t('signOut.title')} role="alertdialog" onClose={() => setLeaving(false)}>
          <p>{t('signOut.text')}</p>
          <Choices>
            <Button ref={focusFirst} onClick={() => setLeaving(false)}>
              {t('signOut.stay')}
            </Button>
            <Button kind="danger" onClick={() => order('session.signOut')}>
              {t('signOut.confirm')}
            </Button>
          </Choices>
        </Dialog>
      ) : null}
    </header>
  )
}
