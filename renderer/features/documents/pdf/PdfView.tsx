import { useEffect, useRef, useState } from 'react'
import { t } from '../../../messages/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Notice } from '../../../ui/Notice.tsx'
import styles from '../DocumentFile.module.css'
import { openPdf, type Pdf, type PdfPage } from './open-pdf.ts'

/** Of the width of the column. */
const zooms = [1, 1.5, 2, 3] as const

/** A PDF, a page at a time. */
export function PdfView({ bytes }: { readonly bytes: Uint8Array<ArrayBuffer> }) {
  const [pdf, setPdf] = useState<Pdf>()
  const [isUnreadable, setUnreadable] = useState(false)
  const [number, setNumber] = useState(1)
  const [zoom, setZoom] = useState(0)
  useEffect(() => {
    let opened: Pdf | undefined
    let wanted = true
    openPdf(bytes).then(
      (found) => {
        opened = found
        if (wanted) setPdf(found)
        else found.close()
      },
      () => (wanted ? setUnreadable(true) : undefined),
    )
    return () => {
      wanted = false
      opened?.close()
    }
  }, [bytes])
  if (isUnreadable) return <Notice tone="critical">{t('documents.pdfUnreadable')}</Notice>
  if (!pdf) return <p aria-busy="true">{t('section.loading')}</p>
  return (
    <>
      <div className={styles['controls']} role="toolbar" aria-label={t('documents.pages')}>
        <Button disabled={number <= 1} onClick={() => setNumber(number - 1)}>
          {t('documents.previous')}
        </Button>
        <span aria-live="polite" data-testid="document-page">
          {t('documents.page', { number, count: pdf.pages })}
        </span>
        <Button disabled={number >= pdf.pages} onClick={() => setNumber(number + 1)} data-testid="document-next">
          {t('documents.next')}
        </Button>
        <span className={styles['grow']} />
        <Button disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          {t('documents.smaller')}
        </Button>
        <Button disabled={zoom === zooms.length - 1} onClick={() => setZoom(zoom + 1)}>
          {t('documents.larger')}
        </Button>
      </div>
      <Sheet key={number} pdf={pdf} number={number} zoom={zooms[zoom] ?? 1} />
    </>
  )
}

interface SheetProps {
  readonly pdf: Pdf
  readonly number: number
  readonly zoom: number
}

function Sheet({ pdf, number, zoom }: SheetProps) {
  const column = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [page, setPage] = useState<PdfPage>()
  const [text, setText] = useState('')
  const [isUnreadable, setUnreadable] = useState(false)
  useEffect(() => {
    let wanted = true
    pdf.page(number).then(
      (found) => {
        if (!wanted) return
        setPage(found)
        found.text().then(
          (words) => (wanted ? setText(words) : undefined),
          () => undefined,
        )
      },
      () => (wanted ? setUnreadable(true) : undefined),
    )
    return () => {
      wanted = false
    }
  }, [pdf, number])
  useEffect(() => {
    const [target, place] = [canvas.current, column.current]
    if (!page || !target || !place) return undefined
    const drawing = new AbortController()
    const width = place.clientWidth * zoom
    delete target.dataset['state']
    target.style.inlineSize = `${width}px`
    page.draw(target, (width / page.width) * window.devicePixelRatio, drawing.signal).then(
      () => {
        target.dataset['state'] = 'drawn'
      },
      () => (drawing.signal.aborted ? undefined : setUnreadable(true)),
    )
    return () => drawing.abort()
  }, [page, zoom])
  if (isUnreadable) return <Notice tone="critical">{t('documents.pageUnreadable', { number })}</Notice>
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reached by Tab: a page that is larger than its column could not be scrolled by keys otherwise (WCAG 2.1.1)
    <section ref={column} className={styles['column']} tabIndex={0} aria-label={t('documents.page', { number, count: pdf.pages })}>
      <canvas key={zoom} ref={canvas} className={styles['page']} aria-hidden="true" data-testid="document-pdf" />
      {/* What is drawn cannot be read aloud: its words are here. */}
      <p className="visually-hidden" data-testid="document-words">
        {text === '' ? t('documents.noWords') : text}
      </p>
    </section>
  )
}
