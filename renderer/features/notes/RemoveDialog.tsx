import { useId } from 'react'
import type { Attachment } from '../../../shared/contract/attachments.ts'
import { t } from '../../messages/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { FileLine } from './FileLine.tsx'

interface RemoveDialogProps {
  readonly file: Pick<Attachment, 'name' | 'bytes'>
  readonly onRemove: () => void
  readonly onClose: () => void
}

/** Asks before a file goes that is in no record: what is kept here is all that Chartkeep has of it. */
export function RemoveDialog({ file, onRemove, onClose }: RemoveDialogProps) {
  // Who listens hears the safe answer first: with it, which file.
  const what = useId()
  return (
    <Dialog title={t('attachments.askRemove.title')} role="alertdialog" onClose={onClose}>
      <div id={what} data-testid="remove-dialog">
        <FileLine file={file} />
      </div>
      <p>{t('attachments.askRemove.means')}</p>
      <Choices>
        <Button ref={focusFirst} aria-describedby={what} onClick={onClose}>
          {t('app.cancel')}
        </Button>
        <Button kind="danger" aria-describedby={what} onClick={onRemove} data-testid="confirm-remove">
          {t('attachments.removeNow')}
        </Button>
      </Choices>
    </Dialog>
  )
}
