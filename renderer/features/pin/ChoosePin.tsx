import { type FormEvent, useEffect, useRef, useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Entry } from '../../ui/Entry.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { TextField } from '../../ui/TextField.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './ChoosePin.module.css'
import { inWords } from './duration.ts'
import { type PinStrength, pinStrength } from './pin-strength.ts'

/** Signed in, without a usable PIN: choose one before anything is opened. The fields are uncontrolled, as on the lock screen. */
export function ChoosePin() {
  const { bridge } = useServices()
  const { session } = useSession()
  const first = useRef<HTMLInputElement>(null)
  const second = useRef<HTMLInputElement>(null)
  const [strength, setStrength] = useState<PinStrength>()
  const [length, setLength] = useState(0)
  const [differs, setDiffers] = useState(false)
  const [failure, setFailure] = useState<ShownFailure>()
  const [busy, setBusy] = useState(false)

  useEffect(() => focusFirst(first.current), [])

  const judge = () => {
    const value = first.current?.value ?? ''
    setLength(value.length)
    setStrength(value === '' ? undefined : pinStrength(value))
    setDiffers(false)
    setFailure(undefined)
  }

  const save = async (event: FormEvent | undefined, withoutKept = false) => {
    event?.preventDefault()
    const pin = first.current?.value ?? ''
    if (busy || pinStrength(pin).level === 'refused') return
    if (pin !== second.current?.value) return setDiffers(true)
    setBusy(true)
    setFailure(undefined)
    try {
      await bridge.call('vault.setPin', withoutKept ? { pin, withoutKept } : { pin })
    } catch (error) {
      setFailure(failureOf(error))
      setBusy(false)
    }
  }

  // Its key cannot be kept now: that keeps nobody from their patients.
  const cannotKeep = failure !== undefined && /^(keychain|hsm)-/.test(failure.kind)
  const goOn = () => {
    bridge.call('session.goWithoutKeeping', {}).catch((error: unknown) => setFailure(failureOf(error)))
  }

  return (
    <Entry title={t('pin.title')} testId="choose-pin">
      <p>{t('pin.why')}</p>
      {session.pin === 'void' || session.pin === 'out' ? <p>{t('pin.whyVoid')}</p> : null}
      <form className={styles['form']} onSubmit={(event) => void save(event)}>
        <TextField
          ref={first}
          label={t('pin.first')}
          type="password"
          maxLength={64}
          data-testid="pin-input"
          onChange={judge}
          hint={<Rules strength={strength} length={length} />}
        />
        <TextField
          ref={second}
          label={t('pin.second')}
          type="password"
          maxLength={64}
          data-testid="pin-again"
          onChange={() => setDiffers(false)}
          {...(differs ? { error: t('pin.differ') } : {})}
        />
        <p className={styles['strength']} aria-live="polite" data-level={strength?.level}>
          {strength ? (
            <>
              {t('pin.strength')}: <strong>{t(`pin.level.${strength.level}`)}</strong>.{' '}
              {strength.level === 'refused' ? null : t('pin.honest', { time: inWords(strength.seconds) })}
            </>
          ) : null}
        </p>
        {failure ? <FailureNotice failure={failure} role="alert" /> : null}
        <Button kind="primary" type="submit" aria-disabled={busy || strength === undefined || strength.level === 'refused'}>
          {busy ? t('pin.saving') : t('pin.save')}
        </Button>
        {cannotKeep ? (
          <>
            <p>{t('pin.cannotKeep')}</p>
            <Button onClick={goOn}>{t('pin.goOnUnkept')}</Button>
          </>
        ) : null}
        {failure?.kind === 'vault-shut' ? (
          <>
            <p>{t('pin.withoutMeans')}</p>
            <Button kind="danger" onClick={() => void save(undefined, true)}>
              {t('pin.without')}
            </Button>
          </>
        ) : null}
      </form>
    </Entry>
  )
}

/** The rules, each with whether it is met: by a shape and a word, not by colour. */
function Rules({ strength, length }: { readonly strength: PinStrength | undefined; readonly length: number }) {
  return (
    <ul className={styles['rules']}>
      <Rule met={length >= 6}>{t('pin.rule.length', { length: 6 })}</Rule>
      <Rule met={strength !== undefined && !strength.pattern}>{t('pin.rule.pattern')}</Rule>
    </ul>
  )
}

function Rule({ met, children }: { readonly met: boolean; readonly children: string }) {
  return (
    <li>
      <span aria-hidden="true">{met ? '✓' : '○'}</span> {children}
      <span className="visually-hidden">: {met ? t('pin.rule.met') : t('pin.rule.unmet')}</span>
    </li>
  )
}
