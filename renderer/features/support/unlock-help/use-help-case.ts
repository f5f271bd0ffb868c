import { useState } from 'react'
import type { InputOf, OutputOf } from '../../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { useServices } from '../../../services/index.ts'
import { emptyHelpForm, type HelpForm } from './help-question.ts'

type HelpState = { readonly is: 'asking' } | { readonly is: 'sending' } | { readonly is: 'failed'; readonly failure: ShownFailure } | { readonly is: 'answered'; readonly answer: OutputOf<'desk.unlockHelp'> }

export interface HelpCase {
  readonly form: HelpForm
  readonly state: HelpState
  write(change: Partial<HelpForm>): void
  ask(input: InputOf<'desk.unlockHelp'>): Promise<void>
  /** Nothing of one caller is left for the next. */
  next(): void
}

/** One caller with a PIN: what was written down and what was answered, kept while somebody looks at another part of the desk, and no longer than the desk is shown. */
export function useHelpCase(): HelpCase {
  const { bridge } = useServices()
  const [form, setForm] = useState(emptyHelpForm)
  const [state, setState] = useState<HelpState>({ is: 'asking' })
  return {
    form,
    state,
    write: (change) => setForm((before) => ({ ...before, ...change })),
    async ask(input) {
      if (state.is === 'sending') return
      setState({ is: 'sending' })
      try {
        setState({ is: 'answered', answer: await bridge.call('desk.unlockHelp', input) })
      } catch (error) {
        setState({ is: 'failed', failure: failureOf(error) })
      }
    },
    next() {
      setForm(emptyHelpForm)
      setState({ is: 'asking' })
    },
  }
}
