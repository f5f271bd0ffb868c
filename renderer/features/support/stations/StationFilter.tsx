import type { RefObject } from 'react'
import { t } from '../../../messages/index.ts'
import fields from '../../../ui/fields.module.css'
import { stateGroups, type StationQuestion } from './station-question.ts'
import type { sitesOf } from './stations.ts'

interface StationFilterProps {
  readonly question: StationQuestion
  readonly sites: ReturnType<typeof sitesOf>
  readonly onAsk: (question: StationQuestion) => void
  readonly search: RefObject<HTMLInputElement | null>
}

/** What is typed counts at once: all of the list is here, and nothing is asked of the server. */
export function StationFilter({ question, sites, onAsk, search }: StationFilterProps) {
  const change = (more: Partial<StationQuestion>) => onAsk({ ...question, ...more })
  return (
    <form className={fields['filter']} aria-label={t('desk.part.workstations')} onSubmit={(event) => event.preventDefault()}>
      <label className={`${fields['field']} ${fields['wide']}`}>
        {t('desk.search')}
        <input ref={search} type="search" autoComplete="off" spellCheck={false} maxLength={100} placeholder={t('desk.searchHint')} value={question.search} data-testid="desk-search" onChange={({ target }) => change({ search: target.value })} />
      </label>
      <label className={fields['field']}>
        {t('desk.site')}
        <select value={question.site ?? ''} data-testid="desk-site" onChange={({ target }) => change({ site: target.value === '' ? undefined : target.value })}>
          <option value="">{t('desk.site.all')}</option>
          {sites.map(({ site, count }) => (
            <option key={site} value={site}>
              {t('desk.site.counted', { site, count })}
            </option>
          ))}
        </select>
      </label>
      <label className={fields['field']}>
        {t('desk.state')}
        <select value={question.state} data-testid="desk-state" onChange={({ target }) => change({ state: stateGroups.find((each) => each === target.value) ?? 'all' })}>
          {(['all', ...stateGroups] as const).map((each) => (
            <option key={each} value={each}>
              {t(`desk.state.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label className={fields['field']}>
        {t('desk.contact')}
        <select value={question.contact} data-testid="desk-contact" onChange={({ target }) => change({ contact: (['online', 'offline'] as const).find((each) => each === target.value) ?? 'all' })}>
          {(['all', 'online', 'offline'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`desk.contact.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label className={fields['tick']}>
        <input type="checkbox" checked={question.unsentOnly} data-testid="desk-unsent-only" onChange={({ target }) => change({ unsentOnly: target.checked })} />
        {t('desk.unsentOnly')}
      </label>
    </form>
  )
}
