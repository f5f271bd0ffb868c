import type { Report, Reported } from '../audit/ship/ehr-place.ts'
import type { Contact } from './contact.ts'
import { isOpen, type Session } from './machine.ts'
import type { People } from './people.ts'

export interface ReportParts {
  session(): Session
  readonly people: Pick<People, 'report'>
  readonly contact: Pick<Contact, 'heardPerson'>
}

/** Whoever is at the workstation, or has locked it, has signed in to report; who did what is in the report. */
export function reportInTheirName({ session, people, contact }: ReportParts) {
  return async (reports: readonly Report[], signal: AbortSignal): Promise<Reported> => {
    const now = session()
    if (!('who' in now)) return { taken: 0, failure: 'unauthorized' }
    const { userKey } = now.who
    const reported = await people.report(userKey, reports, () => isOpen(session()), signal)
    // Its token was taken.
    if (reported.taken > 0) contact.heardPerson(userKey)
    return reported
  }
}
