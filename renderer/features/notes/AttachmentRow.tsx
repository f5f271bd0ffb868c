import { useMemo } from 'react'
import type { Attachment, Upload } from '../../../shared/contract/attachments.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { DocumentFile } from '../documents/index.ts'
import type { AttachmentPort } from './attach.ts'
import styles from './Attachments.module.css'
import { offListOf, sizeWords, uploadWords } from './upload-words.ts'

/** What a person may do with an attached file, by its id. */
export interface AttachmentActions {
  /** Of what is here alone: asks first. */
  remove(file: Attachment): void
  /** Off this list: what the record has, it keeps. */
  clear(id: string): void
  /** Asks first. */
  send(file: Attachment): void
  unsend(id: string): void
}

/** One attached file: what it is, where it is on its way into the record, and what may be done about that. */
export function AttachmentRow({ file, port, on }: { readonly file: Attachment; readonly port: AttachmentPort; readonly on: AttachmentActions }) {
  const { id, name, kind, bytes, upload } = file
  const document = useMemo(() => port.document(id), [port, id])
  return (
    <li className={styles['row']} data-testid="attachment">
      <div className={styles['line']}>
        <bdi className={styles['name']}>{name}</bdi>
        <span className={styles['quiet']}>{sizeWords(bytes)}</span>
      </div>
      <div className={styles['line']}>
        <Standing upload={upload} />
        <Actions file={file} on={on} />
      </div>
      {kind === 'other' ? <p className={styles['quiet']}>{t('attachments.notShown')}</p> : <DocumentFile port={document} title={name} contentType={file.contentType} isOwn />}
    </li>
  )
}

function Actions({ file, on }: { readonly file: Attachment; readonly on: AttachmentActions }) {
  const { session } = useSession()
  const { id, name, upload } = file
  const maySend = session.permissions.includes('file:send')
  const { state } = upload
  const offList = offListOf(state)
  return (
    <>
      {maySend && state === 'kept' ? (
        <Button aria-label={t('attachments.sendOne', { name })} onClick={() => on.send(file)} data-testid="send-attachment">
          {t('attachments.sendTo')}
        </Button>
      ) : null}
      {maySend && state === 'refused' ? (
        <Button aria-label={t('attachments.sendAgainOne', { name })} onClick={() => on.send(file)} data-testid="send-attachment">
          {t('attachments.sendAgain')}
        </Button>
      ) : null}
      {maySend && state === 'waiting' ? (
        <Button kind="plain" aria-label={t('attachments.unsendOne', { name })} onClick={() => on.unsend(id)}>
          {t('attachments.unsend')}
        </Button>
      ) : null}
      {offList === undefined ? null : (
        <Button kind="plain" aria-label={t(`attachments.${offList}One`, { name })} onClick={() => (offList === 'remove' ? on.remove(file) : on.clear(id))}>
          {t(`attachments.${offList}`)}
        </Button>
      )}
    </>
  )
}

function Standing({ upload }: { readonly upload: Upload }) {
  const { clock, zone } = useServices()
  return (
    <div className={styles['standing']} data-testid="upload-state" data-state={upload.state}>
      {/* Each step of the bar would interrupt who listens; that it began and how it ended is worth that. */}
      <output className={styles[upload.state === 'refused' || upload.state === 'unconfirmed' ? 'open' : 'quiet']}>
        {uploadWords(upload, clock.now(), zone)}
      </output>
      {upload.state === 'sending' ? <progress value={upload.share} max={1} aria-label={t('attachments.upload.sending')} /> : null}
    </div>
  )
}
