import { asPlainText } from '../../../shared/clinical/index.ts'
import { t } from '../../messages/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import styles from './DocumentFile.module.css'

/** More is not read on a screen. UTF-16 units. */
const longest = 1_000_000

interface TextViewProps {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** As the document says. */
  readonly contentType: string | undefined
}

/** Text as text, whatever it came as; a page without its mark-up, anything else that is marked up as its source. */
export function TextView({ bytes, contentType }: TextViewProps) {
  const type = contentType?.toLowerCase().split(';')[0]?.trim() ?? 'text/plain'
  const isPage = type === 'text/html' || type === 'application/xhtml+xml'
  const text = asPlainText(new TextDecoder().decode(bytes), isPage)
  return (
    <>
      {!isPage && type !== 'text/plain' ? <Notice tone="caution">{t('documents.source')}</Notice> : null}
      {text.length > longest ? <Notice tone="caution">{t('documents.cut')}</Notice> : null}
      <div className={styles['text']} dir="auto" data-testid="document-text">
        {text.slice(0, longest)}
      </div>
    </>
  )
}
