import { useState } from 'react'
import type { Challenge } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusIfLost } from '../../ui/focus-if-lost.ts'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'
import { AnswerEntry } from './AnswerEntry.tsx'
import { ShownCode } from './ShownCode.tsx'
import { useEndOf } from './use-end-of.ts'

interface UnlockHelpProps {
  /** The desk has given tries. */
  readonly onHelped: () => void
  /** A code stands there with whom to call, or does not any more. */
  readonly onCodeShown: (isShown: boolean) => void
}

/** For somebody offline whose tries are used: a code to read out to the support desk, and a place for its answer (docs/unlock-help.md). */
export function UnlockHelp({ onHelped, onCodeShown }: UnlockHelpProps) {
  const { bridge, clock } = useServices()
  const [challenge, setChallenge] = useState<Challenge & { readonly until: number }>()
  const [failure, setFailure] = useState<ShownFailure>()
  const hasEnded = useEndOf(challenge?.validMs, challenge?.code)

  const show = () => {
    setFailure(undefined)
    bridge.call('session.challenge', {}).then(
      (shown) => setChallenge({ ...shown, until: clock.now() + shown.validMs }),
      (error: unknown) => setFailure(failureOf(error)),
    )
  }
  const expired = () => setChallenge((shown) => shown && { ...shown, validMs: 0 })

  if (challenge === undefined) {
    return (
      <div className={styles['form']}>
        {failure ? <FailureNotice failure={failure} role="alert" /> : null}
        <Button ref={focusIfLost} onClick={show}>
          {t('help.ask')}
        </Button>
      </div>
    )
  }
  return (
    <section className={styles['form']} aria-label={t('help.title')} data-testid="unlock-help">
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      {hasEnded ? (
        <>
          <output>{t('help.ended')}</output>
          <Button ref={focusIfLost} onClick={show}>
            {t('help.another')}
          </Button>
        </>
      ) : (
        <>
          <ShownCode code={challenge.code} until={challenge.until} onShown={onCodeShown} />
          <AnswerEntry onTaken={onHelped} onExpired={expired} />
        </>
      )}
      <Button kind="plain" onClick={() => setChallenge(undefined)}>
        {t('app.cancel')}
      </Button>
    </section>
  )
}
