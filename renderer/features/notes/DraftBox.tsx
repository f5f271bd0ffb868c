import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { failureWords, t } from '../../messages/index.ts'
import { timeOfDay } from '../../services/clock-time.ts'
import { useServices, useSession } from '../../services/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { Attachments } from './Attachments.tsx'
import styles from './DraftBox.module.css'
import { useDraftBook } from './draft-book.ts'
import type { DraftSaver, SaveState } from './draft-saver.ts'
import type { Whom } from './whom.ts'

interface DraftBoxProps {
  readonly patient: PatientId
  /** Whom the note is about: said in the box itself. Undefined before that was read. */
  readonly about: Whom | undefined
}

/** Where a note is written. Opens with what was kept of it, and with the caret where it was. */
export function DraftBox(props: DraftBoxProps) {
  const [attempt, setAttempt] = useState(0)
  return <Opening key={`${props.patient} ${attempt}`} {...props} onRetry={() => setAttempt((count) => count + 1)} />
}

function Opening({ patient, about, onRetry }: DraftBoxProps & { readonly onRetry: () => void }) {
  const book = useDraftBook()
  const [saver, setSaver] = useState(() => book.peek(patient))
  const [failure, setFailure] = useState<ShownFailure>()
  useEffect(() => {
    let wanted = true
    book.open(patient).then(
      (opened) => (wanted ? setSaver(opened) : undefined),
      (error: unknown) => (wanted ? setFailure(failureOf(error)) : undefined),
    )
    return () => {
      wanted = false
    }
  }, [book, patient])

  if (saver) return <Editor saver={saver} patient={patient} about={about} />
  return failure ? <FailureNotice failure={failure} onRetry={onRetry} role="alert" /> : <p aria-busy="true">{t('section.loading')}</p>
}

function Editor({ saver, patient, about }: { readonly saver: DraftSaver; readonly patient: PatientId; readonly about: Whom | undefined }) {
  const state = useSyncExternalStore(saver.subscribe, saver.getState)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const { caret } = saver.draft
    box.current?.focus({ preventScroll: true })
    box.current?.setSelectionRange(caret, caret)
    // What a closing box has not saved yet is saved now; the saver outlives it.
    return () => void saver.flush()
  }, [saver])
  return (
    <section className={styles['draft']} aria-labelledby="draft-title">
      <header className={styles['head']}>
        <h2 id="draft-title">{t('draft.title')}</h2>
        <bdi>{about?.name}</bdi>
      </header>
      {/* Nothing completes, corrects or remembers what is typed here. */}
      <textarea
        ref={box}
        className={styles['box']}
        aria-labelledby="draft-title"
        aria-describedby="draft-state"
        data-testid="draft-box"
        defaultValue={saver.draft.text}
        maxLength={100_000}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => saver.type(target.value, target.selectionStart)}
        onSelect={({ currentTarget }) => saver.moveCaret(currentTarget.selectionStart)}
      />
      <SavedLine state={state} />
      <Attachments patient={patient} about={about} />
    </section>
  )
}

function SavedLine({ state }: { readonly state: SaveState }) {
  const { zone } = useServices()
  const { session } = useSession()
  // Without a keychain nothing may reach the disk: said before anybody types.
  const place = session.keeping === 'sealed' ? 'kept' : 'memory'
  return (
    <>
      <p id="draft-state" className={styles['state']} data-testid="draft-state" data-state={state.state}>
        {state.state === 'saved' ? t('draft.saved', { time: timeOfDay(state.at, zone) }) : state.state === 'empty' ? t(`draft.empty.${place}`) : t(`draft.${state.state}`)}
      </p>
      {/* Each "Saved" would interrupt who listens; only trouble is worth that. */}
      <div role="alert" className={styles['trouble']}>
        {state.state === 'failed' ? `${failureWords[state.failure.kind].what} ${failureWords[state.failure.kind].next}` : null}
      </div>
    </>
  )
}
