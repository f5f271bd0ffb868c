import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Attachment, Upload } from '../../../shared/contract/attachments.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNotice } from '../failure/index.ts'
import { attachmentPort, type AttachmentPort } from './attach.ts'
import { type AttachmentActions, AttachmentRow } from './AttachmentRow.tsx'
import styles from './Attachments.module.css'
import { useDraftBook } from './draft-book.ts'
import { SendDialog } from './SendDialog.tsx'
import type { Whom } from './whom.ts'

/** The files that are attached to the note of this patient, and the way to attach one. */
export function Attachments({ patient, about }: { readonly patient: PatientId; readonly about: Whom | undefined }) {
  const { bridge } = useServices()
  const book = useDraftBook()
  const port = useMemo(() => attachmentPort(bridge, book.tabOf, patient), [bridge, book, patient])
  const [files, setFiles] = useState<readonly Attachment[]>()
  const [failure, setFailure] = useState<ShownFailure>()
  const [share, setShare] = useState<number>()
  const [asking, setAsking] = useState<Attachment>()
  const sealing = useRef<AbortController>(undefined)

  const refresh = useCallback(() => {
    port.list().then(setFiles, (error: unknown) => setFailure(failureOf(error)))
  }, [port])
  useEffect(() => {
    refresh()
    // A box that closes gives up what is not attached yet.
    return () => sealing.current?.abort()
  }, [refresh])

  const stands = useCallback((id: string, upload: Upload) => setFiles((known) => known?.map((file) => (file.id === id ? { ...file, upload } : file))), [])
  useEffect(
    () =>
      bridge.onUpload((told) => {
        if (told.patient === patient) stands(told.attachment, told.upload)
      }),
    [bridge, patient, stands],
  )

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

  function send({ id }: Attachment): void {
    setAsking(undefined)
    follow(id, port.send(id))
  }

  function follow(id: string, what: Promise<Upload>): void {
    setFailure(undefined)
    what.then(
      (upload) => stands(id, upload),
      (error: unknown) => {
        setFailure(failureOf(error))
        // It may have gone on meanwhile.
        refresh()
      },
    )
  }

  const on: AttachmentActions = { remove, send: setAsking, unsend: (id) => follow(id, port.unsend(id)) }
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
      {files === undefined ? null : files.length === 0 ? <p className={styles['quiet']}>{t('attachments.none')}</p> : <List files={files} port={port} on={on} />}
      {asking === undefined ? null : <SendDialog file={asking} whom={about} onSend={() => send(asking)} onClose={() => setAsking(undefined)} />}
    </section>
  )
}

function List({ files, ...rest }: { readonly files: readonly Attachment[]; readonly port: AttachmentPort; readonly on: AttachmentActions }) {
  return (
    <ul className={styles['list']}>
      {files.map((file) => (
        <AttachmentRow key={file.id} file={file} {...rest} />
      ))}
    </ul>
  )
}
