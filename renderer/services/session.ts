import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { AppInfo, SessionView } from '../../shared/contract/index.ts'

/** The session as `main` last told it, and what this installation is. */
export interface SessionFacts {
  readonly session: SessionView
  /** Absent for the few milliseconds until `main` has answered. */
  readonly info: AppInfo | undefined
}

const Context = createContext<SessionFacts | undefined>(undefined)

export function SessionProvider({ facts, children }: { readonly facts: SessionFacts; readonly children: ReactNode }) {
  return createElement(Context, { value: facts }, children)
}

export function useSession(): SessionFacts {
  const facts = useContext(Context)
  if (!facts) throw new Error('A component was rendered outside of SessionProvider.')
  return facts
}
