import { useEffect, useRef, useState } from 'react'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import type { ResourceId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import words from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import { typedWords } from './trail-words.ts'
import styles from './TypedText.module.css'

type Opening = { readonly is: 'shut' } | { readonly is: 'opening' } | { readonly is: 'open'; readonly text: string } | { readonly is: 'failed'; readonly failure: ShownFailure }

/** What was typed, of one entry: asked of the EHR when somebody wants to see it, and gone when another entry is chosen. */
export function TypedText({ row: { id: entry, kind } }: { readonly row: AuditRow }) {
  const { bridge, zone } = useServices()
  const [opening, setOpening] = useState<Opening>({ is: 'shut' })
  const asking = useRef<AbortController>(undefined)
  useEffect(() => () => asking.current?.abort(), [])
  const show = () => {
    // A row bears an id that `readAuditEvent` found to be one.
    const id = entry as ResourceId
    const asked = new AbortController()
    asking.current = asked
    setOpening({ is: 'opening' })
    bridge.callUntil(asked.signal, 'audit.text', { entry: id }).then(
      ({ text }) => {
        if (!asked.signal.aborted) setOpening({ is: 'open', text })
      },
      (error: unknown) => {
        if (!asked.signal.aborted) setOpening({ is: 'failed', failure: failureOf(error) })
      },
    )
  }
  switch (opening.is) {
    case 'shut':
      return (
        <>
          <Button kind="plain" onClick={show} data-testid="audit-show-text">
            {t('audit.text.show')}
          </Button>
          <span className={words['quiet']}> {t('audit.text.means')}</span>
        </>
      )
    case 'opening':
      return <output aria-busy="true">{t('audit.text.opening')}</output>
    case 'open':
      return (
        <output data-testid="audit-text">
          <bdi className={styles['typed']}>{opening.text === '' ? t('audit.text.empty') : typedWords(opening.text, kind, zone)}</bdi>
        </output>
      )
    case 'failed':
      return opening.failure.kind === 'not-found' ? <span role="alert">{t('audit.text.none')}</span> : <FailureNotice failure={opening.failure} onRetry={show} role="alert" />
  }
}
