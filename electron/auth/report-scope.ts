import { isDeskScope } from './desk-scopes.ts'
import { inSpelling, readScope, type ScopeSpelling } from './scopes.ts'

/** The right to report what was done: it reads nothing. SMART App Launch 2.x §Scopes. */
export const reportScope = 'user/AuditEvent.c'

/** As this server spells it: an older one has no narrower word than `write`. */
export const reportScopeIn = (spelling: ScopeSpelling): readonly string[] => inSpelling(reportScope, spelling)

/** Whether what was granted can read nothing of anybody, and order nothing: servers may give more than a refresh asks for. */
export function isForReportsAlone(granted: readonly string[]): boolean {
  const ofData = granted.filter((scope) => scope.includes('/') || scope.includes('*'))
  return !granted.some(isDeskScope) && ofData.length > 0 && ofData.every((scope) => {
    const grant = readScope(scope)
    return grant?.type === 'AuditEvent' && !/[rs]/.test(grant.letters)
  })
}
