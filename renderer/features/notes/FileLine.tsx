import type { Attachment } from '../../../shared/contract/attachments.ts'
import text from '../../ui/text.module.css'
import styles from './FileLine.module.css'
import { sizeWords } from './upload-words.ts'

/** Which file a question is about. */
export function FileLine({ file: { name, bytes } }: { readonly file: Pick<Attachment, 'name' | 'bytes'> }) {
  return (
    <p className={styles['file']}>
      <bdi>{name}</bdi> <span className={text['quiet']}>{sizeWords(bytes)}</span>
    </p>
  )
}
