import { useId } from 'react'
import type { Attachment } from '../../../shared/contract/attachments.ts'
import { t } from '../../messages/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { Notice } from '../../ui/Notice.tsx'
import text from '../../ui/text.module.css'
import { FileLine } from './FileLine.tsx'
import styles from './SendDialog.module.css'
import type { Whom } from './whom.ts'

interface SendDialogProps {
  readonly file: Pick<Attachment, 'name' | 'bytes'>
  /** Undefined where nobody could be named: then nothing is sent. */
  readonly whom: Whom | undefined
  readonly onSend: () => void
  readonly onClose: () => void
}

/** Names the patient and the file before it leaves: what is in the record cannot be taken out from here. */
export function SendDialog({ file, whom, onSend, onClose }: SendDialogProps) {
  // Who listens hears the safe answer first: with it, whose record it is.
  const what = useId()
  return (
    <Dialog title={t('attachments.ask.title')} role="alertdialog" onClose={onClose}>
      <div className={styles['send']} data-testid="send-dialog">
        <div id={what} className={styles['send']}>
          {whom === undefined ? (
            <Notice tone="critical">{t('attachments.ask.nobody')}</Notice>
          ) : (
            <p className={styles['whom']}>
              <bdi className={styles['name']}>{whom.name}</bdi> <span>{whom.born}</span> <span>{whom.number}</span>
            </p>
          )}
          <FileLine file={file} />
        </div>
        <p className={text['quiet']}>{t('attachments.ask.means')}</p>
        <Choices>
          <Button ref={focusFirst} aria-describedby={what} onClick={onClose}>
            {t('app.cancel')}
          </Button>
          {whom === undefined ? null : (
            <Button kind="primary" aria-describedby={what} onClick={onSend} data-testid="confirm-send">
              {t('attachments.send')}
            </Button>
          )}
        </Choices>
      </div>
    </Dialog>
  )
}
