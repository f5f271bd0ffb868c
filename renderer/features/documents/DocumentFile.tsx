import { useEffect, useRef, useState } from 'react'
import { declaredKind } from '../../../shared/clinical/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './DocumentFile.module.css'
import { ImageView } from './ImageView.tsx'
import { PdfView } from './pdf/PdfView.tsx'
import { type DocumentPort, type ReadFile, readFile } from './read-file.ts'
import { TextView } from './TextView.tsx'

interface DocumentFileProps {
  readonly port: DocumentPort
  readonly title: string
  /** As the document says. */
  readonly contentType: string | undefined
  /** Kept here alone: no EHR has it. */
  readonly isOwn?: boolean
}

type State =
  | { readonly state: 'closed' }
  | { readonly state: 'reading'; readonly share: number }
  | { readonly state: 'failed'; readonly failure: ShownFailure }
  | { readonly state: 'open'; readonly file: ReadFile }

/** The file of a document: opened when somebody asks for it, since that is an access of its own, and shown here alone. */
export function DocumentFile({ port, title, contentType, isOwn = false }: DocumentFileProps) {
  const [state, setState] = useState<State>({ state: 'closed' })
  const reading = useRef<AbortController>(undefined)
  useEffect(() => () => reading.current?.abort(), [])

  function open(): void {
    const left = new AbortController()
    reading.current?.abort()
    reading.current = left
    setState({ state: 'reading', share: 0 })
    readFile(port, left.signal, (share) => (left.signal.aborted ? undefined : setState({ state: 'reading', share }))).then(
      (file) => (left.signal.aborted ? undefined : setState({ state: 'open', file })),
      (error: unknown) => (left.signal.aborted ? undefined : setState({ state: 'failed', failure: failureOf(error) })),
    )
  }

  function cancel(): void {
    reading.current?.abort()
    setState({ state: 'closed' })
  }

  const kind = declaredKind(contentType)
  if (kind === 'other') return <Notice tone="caution">{t('notes.unsupported', { type: contentType ?? t('words.notRecorded') })}</Notice>
  switch (state.state) {
    case 'closed':
      return (
        <p className={styles['card']}>
          <Button onClick={open} data-testid="open-document">
            {t('documents.open')}
          </Button>
          <span className={styles['quiet']}>{t(`documents.kind.${kind}`)}</span>
        </p>
      )
    case 'reading':
      return (
        <p className={styles['card']} aria-busy="true">
          <progress value={state.share} max={1} aria-label={t('documents.reading')} />
          <Button onClick={cancel}>{t('documents.cancel')}</Button>
        </p>
      )
    case 'failed':
      return <FailureNotice failure={state.failure} onRetry={open} role="alert" />
    case 'open':
      return <Opened file={state.file} title={title} contentType={contentType} isOwn={isOwn} onClose={cancel} />
  }
}

function Opened({ file: { opened, bytes }, title, contentType, isOwn, onClose }: Omit<DocumentFileProps, 'port'> & { readonly file: ReadFile; readonly onClose: () => void }) {
  const { clock, zone } = useServices()
  return (
    <section className={styles['opened']} aria-label={t('documents.label', { title })} data-testid="document" data-kind={opened.kind}>
      <div className={styles['controls']}>
        <span className={styles['quiet']}>{opened.freshness.source === 'cache' && isOwn !== true ? t('documents.kept', { time: clockTime(opened.freshness.asOf, clock.now(), zone) }) : t(`documents.kind.${opened.kind}`)}</span>
        <span className={styles['grow']} />
        <Button kind="plain" onClick={onClose}>
          {t('documents.close')}
        </Button>
      </div>
      {opened.kind === 'pdf' ? <PdfView bytes={bytes} /> : opened.kind === 'image' ? <ImageView bytes={bytes} contentType={opened.contentType} title={title} /> : <TextView bytes={bytes} contentType={contentType} />}
    </section>
  )
}
