import { useState } from 'react'
import type { KeychainStanding, SessionView } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './KeychainNotice.module.css'

/**
 * What is wrong with the workstation's keychain, what that means here, and the ways out: for as long as it lasts, on every screen. So is that
 * nothing is kept, where the keychain is well and something else is the reason.
 */
export function KeychainNotice() {
  const { session } = useSession()
  const { keychain, keeping } = session
  if (keychain === undefined && keeping === 'sealed') return null
  const isOpen = session.state === 'active' || session.state === 'warning'
  const retry = keychain === undefined ? null : <Retry />
  return (
    <div className={styles['notice']} data-testid="keychain" data-fault={keychain?.fault ?? 'none'} data-keeping={keeping}>
      <Notice tone="caution" role="alert" action={isOpen ? retry : null}>
        {keychain === undefined ? null : (
          <p>
            <strong>{t(`keychain.what.${keychain.fault}`)}</strong> {t(`keychain.do.${keychain.fault}`)} <span className={styles['code']}>{t('app.code', { code: keychain.correlation })}</span>
          </p>
        )}
        <p>{meaning(session, isOpen)}</p>
        {isOpen ? null : retry}
      </Notice>
    </div>
  )
}

function meaning({ state, keeping, keychain }: SessionView, isOpen: boolean): string {
  if (keeping === 'memory-only') return t(isOpen ? (keychain === undefined ? 'keychain.means.notThisSession' : 'keychain.means.nothingKept') : 'keychain.means.withoutKeeping')
  return t(isOpen ? 'keychain.means.kept' : state === 'locked' ? 'keychain.means.locked' : 'keychain.means.signedOut')
}

/** Looking for it by itself would put the keychain's own question to somebody again and again: a person asks. */
function Retry() {
  const { bridge } = useServices()
  const [standing, setStanding] = useState<KeychainStanding | 'looking'>()
  const [failure, setFailure] = useState<ShownFailure>()
  const look = async () => {
    setStanding('looking')
    setFailure(undefined)
    try {
      setStanding((await bridge.call('keychain.tryAgain', {})).standing)
    } catch (error) {
      setStanding(undefined)
      setFailure(failureOf(error))
    }
  }
  return (
    <div className={styles['retry']}>
      <Button aria-disabled={standing === 'looking'} onClick={() => (standing === 'looking' ? undefined : void look())}>
        {t('keychain.tryAgain')}
      </Button>
      <output>{standing === undefined ? null : t(`keychain.standing.${standing}`)}</output>
      {failure === undefined ? null : <FailureNotice failure={failure} role="alert" />}
    </div>
  )
}
