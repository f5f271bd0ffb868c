import { type FormEvent, useMemo, useState } from 'react'
import type { OutputOf } from '../../../shared/contract/index.ts'
import { type Identification, identifications, reasonLength } from '../../../shared/desk/words.ts'
import { readCode } from '../../../shared/unlock-codes.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { FailureNotice } from '../failure/index.ts'
import { stationNamed, usersAt } from './help-question.ts'
import { isReason } from './order-targets.ts'
import { ReasonField, TextArea } from './ReasonField.tsx'
import { roleWords } from './station-words.ts'
import styles from './SupportDesk.module.css'
import type { StationBook } from './stations.ts'
import type { People } from './use-people.ts'

interface UnlockHelpProps {
  readonly book: StationBook
  readonly people: People
}

type Lack = 'station' | 'user' | 'challenge' | 'identification' | 'reason'
type State = { readonly is: 'asking' } | { readonly is: 'sending' } | { readonly is: 'failed'; readonly failure: ShownFailure } | { readonly is: 'answered'; readonly answer: OutputOf<'desk.unlockHelp'> }

/** For a caller whose tries of the PIN are used: who they are, how that is known, the code of their screen; then the answer to read out (docs/unlock-help.md). */
export function UnlockHelp({ book, people }: UnlockHelpProps) {
  const { bridge } = useServices()
  const { session } = useSession()
  const [name, setName] = useState('')
  const [user, setUser] = useState('')
  const [challenge, setChallenge] = useState('')
  const [identifiedBy, identify] = useState<Identification>('called-back')
  const [identification, setIdentification] = useState('')
  const [reason, setReason] = useState('')
  const [lack, setLack] = useState<Lack>()
  const [state, setState] = useState<State>({ is: 'asking' })
  const station = useMemo(() => stationNamed(book, name), [book, name])
  const users = useMemo(() => usersAt(station, people.users ?? []), [station, people.users])
  const caller = users.some(({ sub }) => sub === user) ? user : users.length === 1 ? (users[0]?.sub ?? '') : ''

  if (!session.permissions.includes('desk:order')) return <p className={styles['quiet']}>{t('desk.mayLook')}</p>
  const help = async (event: FormEvent) => {
    event.preventDefault()
    const lacks = station === undefined ? 'station' : caller === '' ? 'user' : readCode(challenge) === undefined ? 'challenge' : !isReason(identification, reasonLength) ? 'identification' : isReason(reason, reasonLength) ? undefined : 'reason'
    setLack(lacks)
    if (lacks !== undefined || station === undefined || state.is === 'sending') return
    setState({ is: 'sending' })
    try {
      setState({ is: 'answered', answer: await bridge.call('desk.unlockHelp', { deviceId: station.deviceId, user: caller, challenge: challenge.trim(), identifiedBy, identification: identification.trim(), reason: reason.trim() }) })
    } catch (error) {
      setState({ is: 'failed', failure: failureOf(error) })
    }
  }
  if (state.is === 'answered') {
    const { answer } = state
    return (
      <section className={styles['help']} aria-label={t('desk.part.unlock')}>
        <p>
          {t('desk.help.readOut')} <bdi>{answer.user.name}</bdi>, <bdi>{answer.workstation.displayName}</bdi>
        </p>
        <output className={styles['response']} data-testid="desk-help-response">
          <span aria-hidden="true">{answer.response}</span>
          <span className="visually-hidden">{Array.from(answer.response.replace('-', ',')).join(' ')}</span>
        </output>
        <p>{t('desk.help.counts')}</p>
        <div>
          <Button
            kind="primary"
            onClick={() => {
              // Nothing of one caller is left for the next.
              for (const clear of [setName, setUser, setChallenge, setIdentification, setReason]) clear('')
              setState({ is: 'asking' })
            }}
          >
            {t('desk.help.next')}
          </Button>
        </div>
      </section>
    )
  }
  return (
    <form className={styles['help']} onSubmit={(event) => void help(event)} noValidate aria-label={t('desk.part.unlock')} data-testid="desk-help">
      <Notice tone="quiet">{t('desk.help.means')}</Notice>
      <TextField label={t('desk.help.station')} hint={station === undefined ? t('desk.help.stationHint') : t('desk.help.stationFound', { name: station.displayName, site: station.site === '' ? t('desk.noSite') : station.site })} error={lack === 'station' && station === undefined ? t('desk.help.noStation') : undefined} maxLength={100} value={name} data-testid="desk-help-station" onChange={({ target }) => setName(target.value)} />
      <label className={styles['field']}>
        {t('desk.help.user')}
        <select value={caller} aria-invalid={lack === 'user'} data-testid="desk-help-user" onChange={({ target }) => setUser(target.value)}>
          <option value="">{t(station === undefined ? 'desk.help.userFirst' : 'desk.help.userChoose')}</option>
          {users.map(({ sub, name: called, role }) => (
            <option key={sub} value={sub}>
              {called} ({roleWords(role)})
            </option>
          ))}
        </select>
        {lack === 'user' ? (
          <span role="alert" className={styles['why']}>
            {t('desk.help.noUser')}
          </span>
        ) : null}
      </label>
      <label className={styles['field']}>
        {t('desk.help.identifiedBy')}
        <select value={identifiedBy} data-testid="desk-help-identified" onChange={({ target }) => identify(identifications.find((each) => each === target.value) ?? 'other')}>
          {identifications.map((each) => (
            <option key={each} value={each}>
              {t(`desk.identified.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <TextArea label={t('desk.help.identification')} hint={t('desk.help.identificationHint', reasonLength)} error={lack === 'identification' ? t('desk.reasonShort', { least: reasonLength.least }) : undefined} value={identification} most={reasonLength.most} rows={1} testId="desk-help-identification" onChange={setIdentification} />
      <TextField label={t('desk.help.challenge')} hint={t('desk.help.challengeHint')} error={lack === 'challenge' ? t('desk.help.noChallenge') : undefined} maxLength={40} value={challenge} data-testid="desk-help-challenge" onChange={({ target }) => setChallenge(target.value.toUpperCase())} />
      <ReasonField value={reason} isShort={lack === 'reason'} onChange={setReason} />
      {state.is === 'failed' ? <FailureNotice failure={state.failure} role="alert" /> : null}
      <div>
        <Button kind="primary" type="submit" aria-disabled={state.is === 'sending'} data-testid="desk-help-answer">
          {t('desk.help.answer')}
        </Button>
      </div>
    </form>
  )
}
