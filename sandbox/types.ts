/** What the parts of the sandbox agree on: who works here, and who is asking. */

/** What a person does here. `support`, `compliance` and `privacy` treat nobody. */
export const roles = ['physician', 'nurse', 'front-desk', 'support', 'compliance', 'privacy'] as const
export type Role = (typeof roles)[number]

/** A person who may sign in. */
export interface Staff {
  username: string
  /** `Practitioner.id` in the FHIR store. */
  practitioner: string
  family: string
  given: string
  role: Role
  careTeamIds?: readonly string[]
  /** Has an authenticator app, and is asked for its code at each sign-in, or where the client asks for two factors. */
  secondFactor?: 'always' | 'when-asked'
}

/** The person and the client behind a request, as proven by an access token. */
export interface Caller {
  sub: string
  practitioner: string
  role: Role
  scopes: readonly string[]
  clientId: string
  /** The token comes straight from a sign-in; absent: from a refresh, and nobody was asked who they are. */
  hasJustSignedIn?: true
  /** The sign-in that the token belongs to. */
  grantId?: string
}

/**
 * Finds the caller behind an `Authorization` header.
 * Undefined when there is no header or its token is unknown, expired or revoked: the API then answers 401.
 */
export type Identify = (authorization: string | undefined) => Promise<Caller | undefined>
