import { readFile } from 'node:fs/promises'
import type { ClientMetadata } from 'oidc-provider'
import { z } from 'zod'

/** The first-party client: the desktop application, public and native (RFC 8252). */
export const clientId = 'chartkeep-desktop'

/** The client that only asks about tokens: a resource server of the hospital (RFC 7662). */
export const resourceServerId = 'hospital-resource-server'

/** An application that people sign in to. */
export interface Application {
  readonly clientId: string
  /** As people know it. */
  readonly name: string
  /** The hospital's own: signing in is the consent (ADR 0022). Any other asks for it. */
  readonly isOwn: boolean
  readonly redirectUris: readonly string[]
}

const loopback = /^http:\/\/127\.0\.0\.1(?::\d{1,5})?\//
const redirectUri = z.string().max(500).refine((uri) => URL.canParse(uri) && (uri.startsWith('https://') || loopback.test(uri)) && !uri.includes('#'), 'https, or http on 127.0.0.1, without a fragment')

/**
 * Where the pages of an application come from, by its redirects: what they may ask from a browser. A loopback address without a port is
 * that of a native application, which is whoever listens there at the moment: no page is its.
 */
export const originsOf = (redirectUris: readonly string[]): readonly string[] =>
  redirectUris.filter((uri) => uri.startsWith('https://') || /^http:\/\/127\.0\.0\.1:\d/.test(uri)).map((uri) => new URL(uri).origin)

/** A file of applications that are not the hospital's own. */
export const ClientsFile = z.strictObject({
  clients: z
    .array(
      z
        .strictObject({
          clientId: z.string().regex(/^[A-Za-z0-9._-]{3,64}$/).refine((id) => id !== clientId && id !== resourceServerId, 'is taken'),
          name: z.string().trim().min(1).max(60).regex(/^\P{C}*$/u),
          redirectUris: z.array(redirectUri).min(1).max(8),
        })
        .refine(({ redirectUris }) => new Set(redirectUris.map((uri) => loopback.test(uri))).size === 1, 'redirects are all of a native application, or all of a web one'),
    )
    .max(50)
    .refine((clients) => new Set(clients.map((client) => client.clientId)).size === clients.length, 'ids differ'),
})
export type ThirdParty = z.infer<typeof ClientsFile>['clients'][number]

/** Reads such a file. Rejects where it is not there or not right. */
export async function readClients(file: string): Promise<readonly ThirdParty[]> {
  return ClientsFile.parse(JSON.parse(await readFile(file, 'utf8'))).clients
}

/** Everybody's applications. */
export function applications(thirdParties: readonly ThirdParty[]): ReadonlyMap<string, Application> {
  // The first without a port: RFC 8252 §7.3 lets a native client use any.
  const own = { clientId, name: 'Chartkeep', isOwn: true, redirectUris: ['http://127.0.0.1/callback'] }
  return new Map([own, ...thirdParties.map((one) => ({ ...one, isOwn: false }))].map((one) => [one.clientId, one]))
}

/** The clients as the provider knows them: applications are public, with PKCE; the resource server has a secret. */
export function clientMetadata(known: ReadonlyMap<string, Application>, resourceServerSecret: string): ClientMetadata[] {
  const apps = [...known.values()].map(({ clientId: id, name, redirectUris }): ClientMetadata => ({
    client_id: id,
    client_name: name,
    application_type: redirectUris.every((uri) => loopback.test(uri)) ? 'native' : 'web',
    token_endpoint_auth_method: 'none',
    redirect_uris: [...redirectUris],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  }))
  const resourceServer: ClientMetadata = {
    client_id: resourceServerId,
    client_secret: resourceServerSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: [],
    response_types: [],
    grant_types: [],
  }
  return [...apps, resourceServer]
}
