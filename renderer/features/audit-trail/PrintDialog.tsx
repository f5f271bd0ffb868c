import { useCallback, useEffect, useState } from 'react'
import type { OutputOf, PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import fields from '../../ui/fields.module.css'
import { Notice } from '../../ui/Notice.tsx'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'

/** What became of it. */
export type PrintEnd = { readonly is: 'printed' } | { readonly is: 'failed'; readonly failure: ShownFailure }

interface PrintDialogProps {
  readonly patient: PatientId
  readonly onEnd: (end: PrintEnd) => void
  readonly onClose: () => void
}

type Found = { readonly is: 'looking' } | { readonly is: 'found'; readonly answer: OutputOf<'audit.printers'> } | { readonly is: 'failed'; readonly failure: ShownFailure }

/** Asks on which printer. In the page, and not the system's own: it ends with the page (ADR 0139). It stays until the system
 * has it, and is not on the paper: what was recorded is what is behind it, and nobody changes that meanwhile. */
export function PrintDialog({ patient, onEnd, onClose }: PrintDialogProps) {
  const { bridge } = useServices()
  const [found, setFound] = useState<Found>({ is: 'looking' })
  const [chosen, setChosen] = useState('')
  const [isPrinting, setPrinting] = useState(false)
  const look = useCallback(() => {
    bridge.call('audit.printers', {}).then(
      (answer) => setFound({ is: 'found', answer }),
      (error: unknown) => setFound({ is: 'failed', failure: failureOf(error) }),
    )
  }, [bridge])
  useEffect(look, [look])
  const again = () => {
    setFound({ is: 'looking' })
    look()
  }
  const { answered, printers } = found.is === 'found' ? found.answer : { answered: true, printers: [] }
  // One alone is no choice.
  const printer = chosen !== '' ? chosen : printers.length === 1 ? (printers[0]?.printer ?? '') : ''
  const print = () => {
    if (printer === '' || isPrinting) return
    setPrinting(true)
    bridge.call('audit.print', { patient, printer }).then(
      () => onEnd({ is: 'printed' }),
      (error: unknown) => onEnd({ is: 'failed', failure: failureOf(error) }),
    )
  }
  const leave = () => (isPrinting ? undefined : onClose())
  const retry = <Button onClick={again}>{t('app.retry')}</Button>
  return (
    <Dialog title={t('print.title')} onClose={leave}>
      <p>{t('print.means')}</p>
      <output className={text['quiet']}>{found.is === 'looking' ? t('print.looking') : isPrinting ? t('print.under-way') : ''}</output>
      {found.is === 'failed' ? <FailureNotice failure={found.failure} role="alert" onRetry={again} /> : null}
      {answered ? null : (
        <Notice tone="caution" action={retry}>
          {t('print.noAnswer')}
        </Notice>
      )}
      {found.is === 'found' && answered && printers.length === 0 ? (
        <Notice tone="caution" action={retry}>
          {t('print.none')}
        </Notice>
      ) : null}
      {printers.length === 0 ? null : (
        <label className={fields['field']}>
          {t('print.printer')}
          <select value={printer} disabled={isPrinting} data-testid="print-printer" onChange={({ target }) => setChosen(target.value)}>
            {printer === '' ? <option value="">{t('print.choose')}</option> : null}
            {printers.map((each) => (
              <option key={each.printer} value={each.printer}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
      )}
      <Choices>
        <Button aria-disabled={isPrinting} onClick={leave}>{t('app.cancel')}</Button>
        <Button kind="primary" aria-disabled={printer === '' || isPrinting} onClick={print} data-testid="print-now">
          {t('print.print')}
        </Button>
      </Choices>
    </Dialog>
  )
}
