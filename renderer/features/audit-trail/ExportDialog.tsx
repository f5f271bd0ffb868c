import { useEffect, useRef, useState } from 'react'
import type { AuditFilter, InputOf, OutputOf } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'

interface ExportDialogProps {
  readonly report: 'audit-trail' | 'disclosures'
  readonly filter: AuditFilter
  /** How many there are, where the EHR says it. */
  readonly total: number | undefined
  readonly onClose: () => void
}

type State = { readonly is: 'asking' } | { readonly is: 'writing' } | { readonly is: 'done'; readonly result: OutputOf<'audit.export'> } | { readonly is: 'failed'; readonly failure: ShownFailure }

/** Says what leaves, and in which form; then the system asks where to. Leaving it ends an export that is under way. */
export function ExportDialog({ report, filter, total, onClose }: ExportDialogProps) {
  const { bridge } = useServices()
  const [state, setState] = useState<State>({ is: 'asking' })
  const leaving = useRef<AbortController>(undefined)
  useEffect(() => () => leaving.current?.abort(), [])
  const write = async (format: InputOf<'audit.export'>['format']) => {
    const left = new AbortController()
    leaving.current = left
    const call = crypto.randomUUID()
    // The system's dialog is a window of its own; where it has been answered, there is none to end.
    left.signal.addEventListener('abort', () => void bridge.call('file.leave', { call }).catch(() => undefined), { once: true })
    setState({ is: 'writing' })
    try {
      const result = await bridge.callUntil(left.signal, 'audit.export', { filter, format, report, call })
      setState(result.saved ? { is: 'done', result } : { is: 'asking' })
    } catch (error) {
      if (!left.signal.aborted) setState({ is: 'failed', failure: failureOf(error) })
    }
  }
  return (
    <Dialog title={t(report === 'disclosures' ? 'disclosures.exportTitle' : 'audit.exportTitle')} onClose={onClose}>
      {state.is === 'done' ? (
        <>
          <output data-testid="audit-exported">{t('audit.exported', { count: state.result.written })}</output>
          {state.result.refused > 0 ? <Notice tone="caution">{t('audit.refusedMalformed', { count: state.result.refused })}</Notice> : null}
          {state.result.isPartial ? <Notice tone="caution">{t('audit.exportLeftOut')}</Notice> : null}
          <Choices>
            <Button kind="primary" onClick={onClose}>
              {t('app.close')}
            </Button>
          </Choices>
        </>
      ) : (
        <>
          <p>{report === 'disclosures' ? t('disclosures.exportCounted', { count: total ?? 0 }) : total === undefined ? t('audit.exportUncounted') : t('audit.exportCounted', { count: total })}</p>
          <p>{t('audit.exportMeans')}</p>
          {state.is === 'failed' ? <FailureNotice failure={state.failure} role="alert" /> : null}
          {state.is === 'failed' ? <p>{t('audit.exportNothing')}</p> : null}
          <output className={text['quiet']}>{state.is === 'writing' ? t('audit.exporting') : ''}</output>
          <Choices>
            <Button onClick={onClose}>{t('app.cancel')}</Button>
            <Button aria-disabled={state.is === 'writing'} onClick={() => (state.is === 'writing' ? undefined : void write('ndjson'))} data-testid="audit-export-ndjson">
              {t('audit.exportFhir')}
            </Button>
            <Button kind="primary" aria-disabled={state.is === 'writing'} onClick={() => (state.is === 'writing' ? undefined : void write('csv'))} data-testid="audit-export-csv">
              {t('audit.exportCsv')}
            </Button>
          </Choices>
        </>
      )}
    </Dialog>
  )
}
