import { useEffect, useRef, useState } from 'react'
import { t } from '../../messages/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import styles from './DocumentFile.module.css'
import { imageSize } from './image-size.ts'

/** Larger ones are not decoded: four bytes a pixel, in the memory of this page. */
const mostPixels = 60_000_000

interface ImageViewProps {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** By its bytes; never a drawing that can hold a script. */
  readonly contentType: string
  readonly title: string
}

/** A picture, drawn: there is no address of it that could be followed or saved. */
export function ImageView({ bytes, contentType, title }: ImageViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isUnreadable, setUnreadable] = useState(false)
  const size = imageSize(bytes)
  const isTooLarge = size === undefined || size.width * size.height > mostPixels
  useEffect(() => {
    if (isTooLarge) return undefined
    let wanted = true
    createImageBitmap(new Blob([bytes], { type: contentType })).then(
      (bitmap) => {
        const target = canvas.current
        if (wanted && target) {
          target.width = bitmap.width
          target.height = bitmap.height
          target.getContext('2d')?.drawImage(bitmap, 0, 0)
          target.dataset['state'] = 'drawn'
        }
        bitmap.close()
      },
      () => (wanted ? setUnreadable(true) : undefined),
    )
    return () => {
      wanted = false
    }
  }, [bytes, contentType, isTooLarge])
  if (isTooLarge || isUnreadable) return <Notice tone="critical">{t(isTooLarge ? 'documents.pictureTooLarge' : 'documents.damaged')}</Notice>
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here: an img would need an address
  return <canvas ref={canvas} className={styles['sheet']} role="img" aria-label={t('documents.picture', { title })} data-testid="document-image" />
}
