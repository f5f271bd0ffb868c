import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { Attachment, Upload } from '../../../shared/contract/attachments.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNotice } from '../failure/index.ts'
import { attachmentPort, type AttachmentPort } from './attach.ts'
import { AttachedFiles, type KnownFiles } from './attached-files.ts'
import { type AttachmentActions, AttachmentRow } from './AttachmentRow.tsx'
import styles from './Attachments.module.css'
import { useDraftBook } from './draft-book.ts'
import { RemoveDialog } from './RemoveDialog.tsx'
import { SendDialog } from './SendDialog.tsx'
import type { Whom } from './whom.ts'

/** The files that are attached to the note of this patient, and the way to attach one. */
export function Attachments({ patient, about }: { readonly patient: PatientId; readonly about: Whom | undefined }) {
  const { bridge } = useServices()
  const book = useDraftBook()
  const port = useMemo(() => attachmentPort(bridge, book.tabOf, patient), [bridge, book, patient])
  const attached = useMemo(() => new AttachedFiles(() => port.list()), [port])
  const known = useSyncExternalStore(attached.subscribe, attached.getKnown)
  const [failure, setFailure] = useState<ShownFailure>()
  const [share, setShare] = useState<'choosing' | number>()
  const [asking, setAsking] = useState<{ readonly to: 'send' | 'remove'; readonly file: Attachment }>()
  const sealing = useRef<AbortController>(undefined)

  useEffect(() => {
    void attached.refresh()
    // A box that closes gives up what is not attached yet.
    return () => sealing.current?.abort()
  }, [attached])

  useEffect(
    () =>
      bridge.onUpload((told) => {
        if (told.patient === patient) attached.stands(told.attachment, told.upload)
      }),
    [bridge, patient, attached],
  )

  function attach(): void {
    const left = new AbortController()
    sealing.current = left
    setFailure(undefined)
    setShare('choosing')
    port
      .attach(left.signal, setShare)
      .catch((error: unknown) => setFailure(failureOf(error)))
      .finally(() => {
        setShare(undefined)
        void attached.refresh()
      })
  }

  function remove(id: string): void {
    setAsking(undefined)
    setFailure(undefined)
    port
      .remove(id)
      .catch((error: unknown) => setFailure(failureOf(error)))
      .finally(() => void attached.refresh())
  }

  function send({ id }: Attachment): void {
    setAsking(undefined)
    follow(id, port.send(id))
  }

  function follow(id: string, what: Promise<Upload>): void {
    setFailure(undefined)
    what.then(
      (upload) => attached.stands(id, upload),
      (error: unknown) => {
        setFailure(failureOf(error))
        // It may have gone on meanwhile.
        void attached.refresh()
      },
    )
  }

  const on: AttachmentActions = { remove: (file) => setAsking({ to: 'remove', file }), clear: remove, send: (file) => setAsking({ to: 'send', file }), unsend: (id) => follow(id, port.unsend(id)) }
  return (
    <section className={styles['attachments']} aria-label={t('attachments.title')} data-testid="attachments" data-state={share === undefined ? 'idle' : share === 'choosing' ? 'choosing' : 'sealing'}>
      <div className={styles['line']}>
        <h3 className={styles['title']}>{t('attachments.title')}</h3>
        {share === undefined ? (
          <Button onClick={attach} data-testid="attach-file">
            {t('attachments.add')}
          </Button>
        ) : (
          <>
            {share === 'choosing' ? <output className={styles['quiet']}>{t('attachments.choosing')}</output> : <progress value={share} max={1} aria-label={t('attachments.sealing')} />}
            <Button onClick={() => sealing.current?.abort()} data-testid="cancel-attach">
              {t('documents.cancel')}
            </Button>
          </>
        )}
      </div>
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <Files known={known} onRetry={() => void attached.refresh()} port={port} on={on} />
      {asking?.to === 'send' ? <SendDialog file={asking.file} whom={about} onSend={() => send(asking.file)} onClose={() => setAsking(undefined)} /> : null}
      {asking?.to === 'remove' ? <RemoveDialog file={asking.file} onRemove={() => remove(asking.file.id)} onClose={() => setAsking(undefined)} /> : null}
    </section>
  )
}

interface FilesProps {
  readonly known: KnownFiles
  readonly onRetry: () => void
  readonly port: AttachmentPort
  readonly on: AttachmentActions
}

/** Files that could not be read are never shown as none. */
function Files({ known: { files, failure }, onRetry, ...rest }: FilesProps) {
  const notice = failure ? <FailureNotice failure={failure} onRetry={onRetry} role="alert" /> : null
  if (files === undefined) return notice ?? <output aria-busy="true">{t('section.loading')}</output>
  return (
    <>
      {notice}
      {files.length === 0 ? (
        <p className={styles['quiet']}>{t('attachments.none')}</p>
      ) : (
        <ul className={styles['list']}>
          {files.map((file) => (
            <AttachmentRow key={file.id} file={file} {...rest} />
          ))}
        </ul>
      )}
    </>
  )
}
