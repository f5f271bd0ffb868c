import { useEffect, useRef } from 'react'
import { t } from '../../../messages/index.ts'
import { useSession } from '../../../services/index.ts'
import text from '../../../ui/text.module.css'
import { HelpAnswer } from './HelpAnswer.tsx'
import { HelpForm } from './HelpForm.tsx'
import { spelled } from './help-question.ts'
import type { HelpCase } from './use-help-case.ts'
import type { People } from '../people/use-people.ts'
import type { LiveStations } from '../stations/use-stations.ts'

interface UnlockHelpProps {
  readonly stations: LiveStations
  readonly people: People
  readonly help: HelpCase
}

/** For a caller whose tries of the PIN are used: who they are, how that is known, the code of their screen; then the answer to read out (docs/unlock-help.md). */
export function UnlockHelp({ stations, people, help }: UnlockHelpProps) {
  const { session } = useSession()
  const { state } = help
  const answer = useRef<HTMLHeadingElement>(null)
  const first = useRef<HTMLInputElement>(null)
  const was = useRef(state.is)
  useEffect(() => {
    // One takes the place of the other under the hands of whoever pressed the button. Coming back from another part moves nothing.
    if (was.current !== state.is && state.is === 'answered') answer.current?.focus()
    if (was.current === 'answered' && state.is === 'asking') first.current?.focus()
    was.current = state.is
  }, [state.is])
  if (!session.permissions.includes('desk:order')) return <p className={text['quiet']}>{t('desk.mayLook')}</p>
  return (
    <>
      <output className="visually-hidden" data-testid="desk-help-said">
        {state.is === 'answered' ? t('desk.help.said', { code: spelled(state.answer.response) }) : ''}
      </output>
      {state.is === 'answered' ? <HelpAnswer answer={state.answer} heading={answer} onNext={help.next} /> : <HelpForm stations={stations} people={people} help={help} first={first} />}
    </>
  )
}
