import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { Clock } from '../../shared/clock.ts'
import type { Bridge } from '../bridge/index.ts'
import type { FlushRegistry } from './flush.ts'

/** Everything the screen needs from outside, made once in `app/main.tsx`. */
export interface Services {
  readonly bridge: Bridge
  readonly clock: Clock
  /** IANA name of the workstation's time zone. */
  readonly zone: string
  readonly flush: FlushRegistry
}

const Context = createContext<Services | undefined>(undefined)

export function ServicesProvider({ services, children }: { readonly services: Services; readonly children: ReactNode }) {
  return createElement(Context, { value: services }, children)
}

export function useServices(): Services {
  const services = useContext(Context)
  if (!services) throw new Error('A component was rendered outside of ServicesProvider.')
  return services
}
