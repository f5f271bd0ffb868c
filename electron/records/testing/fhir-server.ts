import type { IncomingMessage, ServerResponse } from 'node:http'
import { createHash, randomBytes } from 'node:crypto'
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose'
import { type Issued, makeAuthority, makeServerCertificate } from '../../transport/testing/certificates.ts'
import { startTlsServer } from '../../transport/testing/tls-server.ts'

/** A resource as a test writes it down. */
export interface TestResource {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

interface Asked {
  readonly method: string
  /** Path and query below the base, or from the root where it is not below it. */
  readonly path: string
  readonly body: string
  readonly token: string | undefined
  readonly etag: string | undefined
}

/** Answers before the resources do; returning true means that it has. */
type Intercept = (asked: Asked, response: ServerResponse) => boolean

export interface FhirTestServer {
  readonly fhirBase: string
  readonly authority: Issued
  /** What was asked of the API, in its order. */
  readonly asked: Asked[]
  readonly shareAsks: Asked[]
  resources: TestResource[]
  /** Entries to a page. */
  pageSize: number
  /** The token that is accepted. */
  token: string
  /** The share that it releases; undefined: it holds none. */
  share: string | undefined
  intercept: Intercept
  /** What was encrypted to the key for audit texts that it publishes. */
  open(jwe: string): Promise<string>
  close(): Promise<void>
}

/** Where a share is asked for, as `Asked.path` names it. */
export const sharePath = '/device/shares'

export const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): true => {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers }).end(JSON.stringify(value))
  return true
}

/** A small FHIR server over TLS: reads, searches by patient, paging, ETags. It does what it is told, wrong things included. */
export async function startFhirServer(): Promise<FhirTestServer> {
  const authority = await makeAuthority('records test')
  const tls = await startTlsServer(await makeServerCertificate(authority))
  const fhirBase = `${tls.origin}/fhir/R4`
  const auditKey = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
  const published = { ...(await exportJWK(auditKey.publicKey)), kid: 'audit', use: 'enc', alg: 'ECDH-ES' }
  const server: FhirTestServer = {
    fhirBase, authority, asked: [], shareAsks: [], resources: [], pageSize: 100, token: 'token-1', share: randomBytes(32).toString('base64url'), intercept: () => false,
    open: async (jwe) => Buffer.from((await compactDecrypt(jwe, auditKey.privateKey)).plaintext).toString('utf8'),
    close: () => tls.close(),
  }

  function answer(asked: Asked, request: IncomingMessage, response: ServerResponse): void {
    if (asked.path === sharePath) return answerShare(asked, response)
    // What records looks for on its own is not counted among what it was asked for.
    if (asked.path.startsWith('.well-known/smart-configuration')) return void json(response, 200, { audit_encryption_jwks_uri: `${tls.origin}/audit-keys` })
    if (request.url === '/audit-keys') return void json(response, 200, { keys: [published] })
    server.asked.push(asked)
    if (server.intercept(asked, response)) return
    if (asked.path.startsWith('metadata')) return void json(response, 200, { resourceType: 'CapabilityStatement' })
    if (asked.token !== server.token) return void json(response, 401, { resourceType: 'OperationOutcome', issue: [] })
    const url = new URL(asked.path, `${fhirBase}/`)
    const [type = '', id] = url.pathname.slice('/fhir/R4/'.length).split('/')
    if (id !== undefined && id !== '_search') {
      const found = server.resources.find((resource) => resource.resourceType === type && resource.id === id)
      return found === undefined ? void json(response, 404, { resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] }) : withEtag(asked, response, found)
    }
    const parameters = request.method === 'POST' ? new URLSearchParams(asked.body) : url.searchParams
    withEtag(asked, response, searchset(type, parameters))
  }

  function answerShare(asked: Asked, response: ServerResponse): void {
    server.shareAsks.push(asked)
    if (server.intercept(asked, response)) return
    if (server.share === undefined) return void json(response, 404, {})
    json(response, asked.token === server.token ? 200 : 401, { share: server.share })
  }

  function searchset(type: string, parameters: URLSearchParams): unknown {
    const found = server.resources.filter((resource) => resource.resourceType === type && matches(resource, parameters))
    const offset = Number(parameters.get('_offset') ?? '0')
    const more = new URLSearchParams(parameters)
    more.set('_offset', String(offset + server.pageSize))
    return {
      resourceType: 'Bundle', type: 'searchset', total: found.length,
      link: offset + server.pageSize < found.length ? [{ relation: 'next', url: `${fhirBase}/${type}?${more.toString()}` }] : [],
      entry: found.slice(offset, offset + server.pageSize).map((resource) => ({ resource })),
    }
  }

  tls.answerWith((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const etag = request.headers['if-none-match']
      answer(
        {
          method: request.method ?? '', path: (request.url ?? '').replace('/fhir/R4/', ''), body: Buffer.concat(parts).toString(),
          token: request.headers.authorization?.replace('Bearer ', ''), etag,
        },
        request,
        response,
      )
    })
  })
  return server
}

function withEtag(asked: Asked, response: ServerResponse, value: unknown): void {
  const etag = `W/"${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)}"`
  if (asked.etag === etag) return void response.writeHead(304, { etag }).end()
  json(response, 200, value, { etag })
}

/** Knows the patient, ids, names and identifiers; takes every other parameter as true. */
function matches(resource: TestResource, parameters: URLSearchParams): boolean {
  const text = JSON.stringify(resource).toLowerCase()
  const patient = parameters.get('patient')
  const ids = parameters.get('_id')?.split(',')
  const wanted = ['name', 'family', 'given', 'identifier', 'birthdate', 'participant'].flatMap((name) => parameters.getAll(name))
  return (patient === null || text.includes(`"patient/${patient.toLowerCase()}"`)) && (ids === undefined || ids.includes(resource.id)) && wanted.every((word) => text.includes(word.toLowerCase()))
}
