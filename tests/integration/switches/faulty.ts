import type { Sandbox } from '../../../sandbox/server.ts'
import type { Probe, signedIn } from '../sandbox-client.ts'
import type { Asker } from './asking.ts'

/** Somebody who was signed in at an honest EHR, when it begins to misbehave. */
export interface Faulty {
  readonly sandbox: Sandbox
  /** Registered while all was well. */
  readonly probe: Probe
  readonly tokens: Awaited<ReturnType<typeof signedIn>>
  readonly asker: Asker
  /** Somebody with a hundred laboratory results. */
  readonly patient: string
  /** Turns the switch whose line this is. */
  turn(): void
}
