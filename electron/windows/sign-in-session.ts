import { randomUUID } from 'node:crypto'
import { session as sessions, type Session } from 'electron'
import { denyEverything } from './harden.ts'
import { chainOf, isPinned, isVouchedFor, type PageTrust } from './page-trust.ts'

/** Chromium's answers of a certificate check: trusted; refused; as it would decide itself. */
const trusted = 0
const refused = -2
const chromiumDecides = -3

/**
 * A Chromium session for one sign-in, in memory alone: no cookie of the last person is there to sign in the next.
 * Servers are trusted by the policy's authorities and pins, as everywhere else.
 */
export function openSignInSession(trust: PageTrust, now: () => number, onUntrusted: () => void): Session {
  const session = sessions.fromPartition(`sign-in-${randomUUID()}`, { cache: false })
  denyEverything(session)
  session.setCertificateVerifyProc((request, answer) => {
    const verdict = judge(request)
    if (verdict === refused) onUntrusted()
    answer(verdict)
  })
  return session

  function judge(request: Electron.Request): number {
    if (trust.caPem === undefined) return isPinned(chainOf(request.validatedCertificate), trust.pins) ? chromiumDecides : refused
    return isVouchedFor(request.hostname, chainOf(request.certificate), trust, now()) ? trusted : refused
  }
}
