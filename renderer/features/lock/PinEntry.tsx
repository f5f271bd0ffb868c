import { type FormEvent, useEffect, useRef, useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { failureWords, t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { TextField } from '../../ui/TextField.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'

/**
 * Asks for the PIN. The field is uncontrolled and emptied before the answer is back, so that the PIN is in no React
 * state: it lives in one string until `records` has it.
 */
export function PinEntry({ reported }: { readonly reported: ShownFailure | undefined }) {
  const { bridge } = useServices()
  const { session } = useSession()
  const field = useRef<HTMLInputElement>(null)
  const [failure, setFailure] = useState<ShownFailure>()
  const [busy, setBusy] = useState(false)

  useEffect(() => focusFirst(field.current), [])

  const unlock = async (event: FormEvent) => {
    event.preventDefault()
    const input = field.current
    if (busy || !input || input.value === '') return
    const pin = input.value
    input.value = ''
    setBusy(true)
    setFailure(undefined)
    try {
      await bridge.call('vault.unlock', { pin })
    } catch (error) {
      setFailure(failureOf(error))
      setBusy(false)
      field.current?.focus()
    }
  }

  const shown = failure ?? reported
  // The screen says it already, with the way out.
  const isSaid = shown !== undefined && shown.kind === session.keychain?.fault
  const inField = shown?.kind === 'pin-wrong' || shown?.kind === 'invalid-input'
  return (
    <form className={styles['form']} onSubmit={(event) => void unlock(event)}>
      {shown && !inField && !isSaid ? <FailureNotice failure={shown} role="alert" /> : null}
      <TextField
        ref={field}
        label={t('lock.pin')}
        type="password"
        maxLength={64}
        data-testid="pin-input"
        readOnly={busy}
        {...(shown && inField ? { error: wrongPin(shown) } : {})}
      />
      <Button kind="primary" type="submit" aria-disabled={busy}>
        {busy ? t('lock.unlocking') : t('lock.unlock')}
      </Button>
    </form>
  )
}

function wrongPin({ triesLeft, retryAfterMs }: ShownFailure): string {
  const said = [failureWords['pin-wrong'].what]
  if (triesLeft !== undefined) said.push(`${t('lock.triesLeft', { count: triesLeft })}.`)
  if (retryAfterMs !== undefined) said.push(t('lock.slower', { count: Math.ceil(retryAfterMs / 1_000) }))
  return said.join(' ')
}
