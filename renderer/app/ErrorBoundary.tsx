import { Component, type ReactNode } from 'react'
import { t } from '../messages/index.ts'
import { Button } from '../ui/Button.tsx'
import { Entry } from '../ui/Entry.tsx'

/**
 * A defect in a screen ends here. What was thrown is neither shown nor written anywhere: it may quote a record.
 * Drafts were saved as they were typed.
 */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Entry title={t('app.crashed')} testId="crashed">
        <p>{t('app.crashedNext')}</p>
        <Button kind="primary" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </Entry>
    )
  }
}
