import { type FormEvent, useEffect, useRef, useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { failureWords, t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { TextField } from '../../ui/TextField.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'

interface AnswerEntryProps {
  /** It brought tries. */
  readonly onTaken: () => void
  /** The challenge counts no more. */
  readonly onExpired: () => void
}

/** Where the desk's answer is typed. What it brings, or ends, the session tells: this is gone then. */
export function AnswerEntry({ onTaken, onExpired }: AnswerEntryProps) {
  const { bridge } = useServices()
  const field = useRef<HTMLInputElement>(null)
  const [failure, setFailure] = useState<ShownFailure>()
  const [busy, setBusy] = useState(false)

  useEffect(() => focusFirst(field.current), [])

  const give = async (event: FormEvent) => {
    event.preventDefault()
    const response = field.current?.value.trim() ?? ''
    if (busy || response === '') return
    setBusy(true)
    setFailure(undefined)
    try {
      await bridge.call('session.answerChallenge', { response })
      onTaken()
    } catch (error) {
      const failed = failureOf(error)
      if (failed.kind === 'code-expired') return onExpired()
      setFailure(failed)
      setBusy(false)
      field.current?.select()
      field.current?.focus()
    }
  }

  const inField = failure?.kind === 'code-misread' || failure?.kind === 'code-wrong' || failure?.kind === 'invalid-input'
  return (
    <form className={styles['form']} onSubmit={(event) => void give(event)}>
      {failure && !inField ? <FailureNotice failure={failure} role="alert" /> : null}
      <TextField ref={field} label={t('help.answer')} maxLength={40} data-testid="unlock-answer" readOnly={busy} {...(failure && inField ? { error: said(failure) } : {})} />
      <Button type="submit" aria-disabled={busy}>
        {busy ? t('help.giving') : t('help.give')}
      </Button>
    </form>
  )
}

function said({ kind, triesLeft, retryAfterMs }: ShownFailure): string {
  const { what, next } = failureWords[kind]
  const words = [what, next]
  if (kind === 'code-wrong' && triesLeft !== undefined) words.push(t('help.answersLeft', { count: triesLeft }))
  if (retryAfterMs !== undefined) words.push(t('lock.slower', { count: Math.ceil(retryAfterMs / 1_000) }))
  return words.join(' ')
}
