import type Provider from 'oidc-provider'
import type { Account } from './accounts.ts'
import type { Application } from './clients.ts'
import type { Consents } from './consents.ts'
import { identityScopes, narrowScopes } from './scopes.ts'

/** What a person decides on, of what an application asks: the records its role may reach, and whether it stays signed in. */
export function choicesOf(asked: readonly string[], account: Account): string[] {
  return [...narrowScopes(asked, account.role), ...(asked.includes('offline_access') ? ['offline_access'] : [])]
}

export interface Granting {
  /** The id of a grant that needs no question now. Undefined where the person has to be asked. */
  withoutAsking(application: Application, account: Account, asked: readonly string[]): Promise<string | undefined>
  /** The id of a grant of what was allowed. The decisions are remembered. */
  asDecided(application: Application, account: Account, asked: readonly string[], allowed: ReadonlySet<string>): Promise<string>
}

/** Makes the grants that tokens are issued on: one for each sign-in. */
export function granting({ provider, consents, fhirBase }: { provider: Provider; consents: Consents; fhirBase: string }): Granting {
  async function grant(application: Application, account: Account, asked: readonly string[], isAllowed: (scope: string) => boolean): Promise<string> {
    const made = new provider.Grant({ accountId: account.sub, clientId: application.clientId })
    const isGranted = (scope: string) => scope !== 'offline_access' || isAllowed(scope)
    const identity = identityScopes.filter((scope) => asked.includes(scope))
    made.addOIDCScope(identity.filter(isGranted).join(' '))
    const data = narrowScopes(asked, account.role)
    made.addResourceScope(fhirBase, data.filter(isAllowed).join(' '))
    // What was refused is marked as asked: the provider would ask again.
    const refused = identity.filter((scope) => !isGranted(scope))
    if (refused.length > 0) made.rejectOIDCScope(refused.join(' '))
    const refusedData = data.filter((scope) => !isAllowed(scope))
    if (refusedData.length > 0) made.rejectResourceScope(fhirBase, refusedData.join(' '))
    return made.save()
  }

  return {
    async withoutAsking(application, account, asked) {
      if (application.isOwn) return grant(application, account, asked, () => true)
      const known = consents.recall(account.sub, application.clientId)
      if (known.size === 0 || !choicesOf(asked, account).every((scope) => known.has(scope))) return undefined
      return grant(application, account, asked, (scope) => known.get(scope) === true)
    },
    asDecided(application, account, asked, allowed) {
      const choices = choicesOf(asked, account)
      if (!application.isOwn) consents.keep(account.sub, application.clientId, new Map(choices.map((scope) => [scope, allowed.has(scope)])))
      return grant(application, account, asked, (scope) => allowed.has(scope))
    },
  }
}
