import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { type Hold, type HoldReason, holdReasons } from '../../../shared/alerts.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { useChartAccess } from '../chart/index.ts'
import { FailureNotice } from '../failure/index.ts'
import styles from './HoldPanel.module.css'
import { whyAsked } from './hold-words.ts'

interface HoldPanelProps {
  readonly patient: PatientId
  /** As far as it is known whose chart it is. */
  readonly name: string | undefined
  readonly holds: readonly Hold[]
  readonly onClose: () => void
}

/** No reason is longer (shared/contract/hold.ts). */
const longest = 500

/** In the place of a chart that is held: asks why it is needed. */
export function HoldPanel({ patient, name, holds, onClose }: HoldPanelProps) {
  const { bridge } = useServices()
  const { ports } = useChartAccess()
  const id = useId()
  const start = useRef<HTMLElement>(null)
  const text = useRef<HTMLTextAreaElement>(null)
  const [reason, setReason] = useState<HoldReason>()
  const [missing, setMissing] = useState<'reason' | 'text'>()
  const [failure, setFailure] = useState<ShownFailure>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    // To ask for a held chart is recorded as well. Who answers hears of a failure.
    ports.tabOf(patient).catch(() => undefined)
    start.current?.focus({ preventScroll: true })
  }, [patient, ports])

  const answer = async (event: FormEvent) => {
    event.preventDefault()
    const words = text.current?.value.trim() ?? ''
    const lacks = reason === undefined ? 'reason' : reason === 'other' && words === '' ? 'text' : undefined
    setMissing(lacks)
    if (lacks === 'text') text.current?.focus()
    if (busy || reason === undefined || lacks !== undefined) return
    setBusy(true)
    setFailure(undefined)
    try {
      await bridge.callTab(await ports.tabOf(patient), 'hold.answer', { patient, reason, text: words })
      // Otherwise the chart takes this panel's place as soon as it is told that it may.
      if (reason === 'mistake') onClose()
    } catch (error) {
      setFailure(failureOf(error))
      setBusy(false)
    }
  }

  return (
    <section ref={start} tabIndex={-1} className={styles['panel']} aria-labelledby={`${id}-title`} data-testid="hold">
      <div className={styles['page']}>
        <p className={styles['of']}>
          <bdi>{name === undefined ? t('hold.ofUnnamed') : t('hold.of', { name })}</bdi>
        </p>
        <h2 id={`${id}-title`} className={styles['title']}>
          {t('hold.title')}
        </h2>
        <p>{t(whyAsked(holds))}</p>
        <form className={styles['form']} onSubmit={(event) => void answer(event)} noValidate>
          <fieldset className={styles['reasons']} aria-describedby={`${id}-missing`}>
            <legend className={styles['legend']}>{t('hold.reasons')}</legend>
            {holdReasons.map((each) => (
              <label key={each} className={styles['reason']}>
                <input
                  type="radio"
                  name={`${id}-reason`}
                  value={each}
                  checked={reason === each}
                  onChange={() => {
                    setReason(each)
                    setMissing(undefined)
                  }}
                />
                {t(`hold.reason.${each}`)}
              </label>
            ))}
          </fieldset>
          <label className={styles['legend']} htmlFor={`${id}-text`}>
            {reason === 'other' ? t('hold.text') : t('hold.textOptional')}
          </label>
          <textarea
            ref={text}
            id={`${id}-text`}
            className={styles['text']}
            rows={3}
            maxLength={longest}
            aria-invalid={missing === 'text'}
            aria-describedby={`${id}-missing`}
            autoComplete="off"
            autoCorrect="off"
            autoCapitalize="off"
            spellCheck={false}
          />
          <div id={`${id}-missing`} role="alert" className={styles['missing']}>
            {missing === undefined ? null : t(missing === 'reason' ? 'hold.choose' : 'hold.write')}
          </div>
          {failure ? <FailureNotice failure={failure} role="alert" /> : null}
          <div className={styles['actions']}>
            <Button kind="primary" type="submit" aria-disabled={busy} data-testid="hold-answer">
              {busy ? t('hold.sending') : reason === 'mistake' ? t('hold.close') : t('hold.show')}
            </Button>
            <Button kind="plain" onClick={onClose}>
              {t('hold.notNow')}
            </Button>
          </div>
          <p className={styles['quiet']}>{t('hold.kept')}</p>
        </form>
      </div>
    </section>
  )
}
