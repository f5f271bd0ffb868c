import type { RefObject } from 'react'
import type { OutputOf } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { spelled } from './help-question.ts'
import styles from './UnlockHelp.module.css'

interface HelpAnswerProps {
  readonly answer: OutputOf<'desk.unlockHelp'>
  readonly heading: RefObject<HTMLHeadingElement | null>
  readonly onNext: () => void
}

/** What is read out to the caller, and to whom. */
export function HelpAnswer({ answer, heading, onNext }: HelpAnswerProps) {
  return (
    <section className={styles['help']} aria-label={t('desk.part.unlock')}>
      <h2 ref={heading} tabIndex={-1} className={styles['heading']}>
        {t('desk.help.readOut')} <bdi>{answer.user.name}</bdi>, <bdi>{answer.workstation.displayName}</bdi>
      </h2>
      <p className={styles['response']} data-testid="desk-help-response">
        <span aria-hidden="true">{answer.response}</span>
        <span className="visually-hidden">{spelled(answer.response)}</span>
      </p>
      <p>{t('desk.help.counts')}</p>
      <div>
        <Button kind="primary" onClick={onNext} data-testid="desk-help-next">
          {t('desk.help.next')}
        </Button>
      </div>
    </section>
  )
}
