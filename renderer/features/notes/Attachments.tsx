import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Attachment } from '../../../shared/contract/attachments.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { DocumentFile } from '../documents/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { attachmentPort, type AttachmentPort } from './attach.ts'
import styles from './Attachments.module.css'
import { useDraftBook } from './draft-book.ts'

/** The files that are attached to the note of this patient, and the way to attach one. */
export function Attachments({ patient }: { readonly patient: PatientId }) {
  const { bridge } = useServices()
  const book = useDraftBook()
  const port = useMemo(() => attachmentPort(bridge, book.tabOf, patient), [bridge, book, patient])
  const [files, setFiles] = useState<readonly Attachment[]>()
  const [failure, setFailure] = useState<ShownFailure>()
  const [share, setShare] = useState<number>()
  const sealing = useRef<AbortController>(undefined)

  const refresh = useCallback(() => {
    port.list().then(setFiles, (error: unknown) => setFailure(failureOf(error)))
  }, [port])
  useEffect(() => {
    refresh()
    // A box that closes gives up what is not attached yet.
    return () => sealing.current?.abort()
  }, [refresh])

  function attach(): void {
    const left = new AbortController()
    sealing.current = left
    setFailure(undefined)
    setShare(0)
    port
      .attach(left.signal, setShare)
      .catch((error: unknown) => setFailure(failureOf(error)))
      .finally(() => {
        setShare(undefined)
        refresh()
      })
  }

  function remove(id: string): void {
    setFailure(undefined)
    port.remove(id).then(refresh, (error: unknown) => setFailure(failureOf(error)))
  }

  return (
    <section className={styles['attachments']} aria-label={t('attachments.title')} data-testid="attachments" data-state={share === undefined ? 'idle' : 'sealing'}>
      <div className={styles['line']}>
        <h3 className={styles['title']}>{t('attachments.title')}</h3>
        {share === undefined ? (
          <Button onClick={attach} data-testid="attach-file">
            {t('attachments.add')}
          </Button>
        ) : (
          <>
            <progress value={share} max={1} aria-label={t('attachments.sealing')} />
            <Button onClick={() => sealing.current?.abort()} data-testid="cancel-attach">
              {t('documents.cancel')}
            </Button>
          </>
        )}
      </div>
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      {files === undefined ? null : files.length === 0 ? <p className={styles['quiet']}>{t('attachments.none')}</p> : <List files={files} port={port} onRemove={remove} />}
    </section>
  )
}

function List({ files, port, onRemove }: { readonly files: readonly Attachment[]; readonly port: AttachmentPort; readonly onRemove: (id: string) => void }) {
  return (
    <ul className={styles['list']}>
      {files.map((file) => (
        <Row key={file.id} file={file} port={port} onRemove={onRemove} />
      ))}
    </ul>
  )
}

function Row({ file, port, onRemove }: { readonly file: Attachment; readonly port: AttachmentPort; readonly onRemove: (id: string) => void }) {
  const { id, name, kind, bytes } = file
  const document = useMemo(() => port.document(id), [port, id])
  return (
    <li className={styles['row']} data-testid="attachment">
      <div className={styles['line']}>
        <bdi className={styles['name']}>{name}</bdi>
        <span className={styles['quiet']}>{t('attachments.size', { megabytes: (Math.ceil(bytes / 104_858) / 10).toFixed(1) })}</span>
        <Button kind="plain" aria-label={t('attachments.removeOne', { name })} onClick={() => onRemove(id)}>
          {t('attachments.remove')}
        </Button>
      </div>
      {kind === 'other' ? <p className={styles['quiet']}>{t('attachments.notShown')}</p> : <DocumentFile port={document} title={name} contentType={file.contentType} isOwn />}
    </li>
  )
}
