import { type FormEvent, type RefObject, useId, useMemo, useRef, useState } from 'react'
import { t } from '../../../messages/index.ts'
import { Button } from '../../../ui/Button.tsx'
import fields from '../../../ui/fields.module.css'
import { Notice } from '../../../ui/Notice.tsx'
import { TextField } from '../../../ui/TextField.tsx'
import { FailureNotice } from '../../failure/index.ts'
import { isStationCode, type Lack, lacksOf, type Named, stationNamed, usersAt } from './help-question.ts'
import { IdentificationFields } from '../IdentificationFields.tsx'
import { ListAge } from '../ListAge.tsx'
import { ReasonField } from '../ReasonField.tsx'
import { StationsAge } from '../stations/StationsAge.tsx'
import { roleWords } from '../stations/station-words.ts'
import styles from './UnlockHelp.module.css'
import type { HelpCase } from './use-help-case.ts'
import type { People } from '../people/use-people.ts'
import type { LiveStations } from '../stations/use-stations.ts'

interface HelpFormProps {
  readonly stations: LiveStations
  readonly people: People
  readonly help: HelpCase
  /** The first field. */
  readonly first: RefObject<HTMLInputElement | null>
}

const missing = { none: 'desk.help.noStation', several: 'desk.help.severalStations', 'not-yet': 'desk.help.noStationYet' } as const

function foundWords(named: Named): string {
  if (named.is !== 'found') return t('desk.help.stationHint')
  const { displayName, site } = named.station
  return t('desk.help.stationFound', { name: displayName, site: site === '' ? t('desk.noSite') : site })
}

/** Who calls, from where, and what their screen shows. What is not known yet, or no longer, is said and never looks like none. */
export function HelpForm({ stations, people, help, first }: HelpFormProps) {
  const { list } = stations
  const { form, state, write } = help
  const [lack, setLack] = useState<Lack>()
  const id = useId()
  const user = useRef<HTMLSelectElement>(null)
  const identifiedBy = useRef<HTMLSelectElement>(null)
  const identification = useRef<HTMLTextAreaElement>(null)
  const challenge = useRef<HTMLInputElement>(null)
  const reason = useRef<HTMLTextAreaElement>(null)
  const named = useMemo(() => stationNamed(list, form.station), [list, form.station])
  const station = named.is === 'found' ? named.station : undefined
  const users = useMemo(() => usersAt(station, people.users), [station, people.users])
  const caller = users.some(({ sub }) => sub === form.user) ? form.user : users.length === 1 ? (users[0]?.sub ?? '') : ''
  const lacks = lacksOf(form, named, caller)
  // Said until it is there.
  const told = lack !== undefined && lacks.includes(lack) ? lack : undefined

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const [next] = lacks
    setLack(next)
    if (next !== undefined) return { station: first, user, identifiedBy, identification, challenge, reason }[next].current?.focus()
    if (station !== undefined && form.identifiedBy !== undefined) void help.ask({ deviceId: station.deviceId, user: caller, challenge: form.challenge.trim().toUpperCase(), identifiedBy: form.identifiedBy, identification: form.identification.trim(), reason: form.reason.trim() })
  }
  const noChallenge = told === 'challenge' ? t(isStationCode(list.book, form.challenge) ? 'desk.help.challengeIsStation' : 'desk.help.noChallenge') : undefined
  return (
    <form className={styles['help']} onSubmit={submit} noValidate aria-label={t('desk.part.unlock')} data-testid="desk-help">
      <Notice tone="quiet">{t('desk.help.means')}</Notice>
      <StationsAge list={list} onAgain={stations.again} />
      <TextField ref={first} label={t('desk.help.station')} hint={foundWords(named)} error={told === 'station' && named.is !== 'found' ? t(missing[named.is]) : undefined} maxLength={100} value={form.station} data-testid="desk-help-station" onChange={({ target }) => write({ station: target.value })} />
      {people.users !== undefined ? <ListAge failure={people.failure} asOf={people.asOf} onAgain={people.again} /> : people.failure === undefined ? null : <FailureNotice failure={people.failure} onRetry={people.again} role="alert" />}
      <div className={fields['field']}>
        <label htmlFor={id}>{t('desk.help.user')}</label>
        <select ref={user} id={id} value={caller} aria-invalid={told === 'user'} aria-describedby={`${id}-error`} data-testid="desk-help-user" onChange={({ target }) => write({ user: target.value })}>
          <option value="">{people.users === undefined ? t(people.failure === undefined ? 'desk.people.loading' : 'desk.help.usersNotKnown') : t(station === undefined ? 'desk.help.userFirst' : 'desk.help.userChoose')}</option>
          {users.map(({ sub, name, role }) => (
            <option key={sub} value={sub}>
              {name} ({roleWords(role)})
            </option>
          ))}
        </select>
        <span id={`${id}-error`} role="alert" className={fields['wrong']}>
          {told === 'user' ? t(people.users === undefined ? 'desk.help.noUserYet' : 'desk.help.noUser') : ''}
        </span>
      </div>
      <IdentificationFields by={identifiedBy} what={identification} value={form} lack={told} testIds={{ by: 'desk-help-identified', what: 'desk-help-identification' }} onChange={write} />
      <div className={styles['capitals']}>
        <TextField ref={challenge} label={t('desk.help.challenge')} hint={t('desk.help.challengeHint')} error={noChallenge} maxLength={40} value={form.challenge} data-testid="desk-help-challenge" onChange={({ target }) => write({ challenge: target.value })} />
      </div>
      <ReasonField ref={reason} value={form.reason} isShort={told === 'reason'} onChange={(text) => write({ reason: text })} />
      {state.is === 'failed' ? <FailureNotice failure={state.failure} role="alert" /> : null}
      <div>
        <Button kind="primary" type="submit" aria-disabled={state.is === 'sending'} data-testid="desk-help-answer">
          {t('desk.help.answer')}
        </Button>
      </div>
    </form>
  )
}
