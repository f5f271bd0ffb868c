import { t } from '../../../messages/index.ts'
import { EncountersSection } from '../sections/EncountersSection.tsx'
import { useAllPages } from '../load/use-all-pages.ts'
import { useSection } from '../load/use-section.ts'
import { FailureNotice } from '../../failure/index.ts'
import type { ViewProps } from './view-props.ts'

/** Every encounter there is, page after page. */
export function EncountersView({ patient }: ViewProps) {
  const found = useSection(patient, 'encounters')
  useAllPages(found)
  return (
    <>
      {found.state === 'ready' && found.hasMore ? <output>{t('section.loadingMore')}</output> : null}
      {found.state === 'ready' && found.moreFailure ? <FailureNotice failure={found.moreFailure} onRetry={found.loadMore} role="alert" /> : null}
      <EncountersSection patient={patient} />
    </>
  )
}
