import type { DocumentReference } from '@medplum/fhirtypes'
import { makeAuthority, makeServerCertificate, type Issued } from '../../../electron/transport/testing/certificates.ts'
import { startTlsServer } from '../../../electron/transport/testing/tls-server.ts'
import { startServer, type TestServer } from '../sandbox-fhir/server.ts'

/** A request to the API, as it comes. */
export interface Call {
  readonly method: string
  /** Below the base. */
  readonly path: string
  readonly body: Buffer
}

/** What happens to one: `before` it reaches the API; `answer`: it never does; `lost`: it does, and nobody hears of it. */
interface Fate {
  readonly before?: () => void | Promise<void>
  readonly answer?: number
  readonly lost?: true
}

/** The sandbox's FHIR API behind TLS, with a test on the way. */
export interface TestEhr {
  readonly fhirBase: string
  readonly authority: Issued
  readonly api: TestServer
  readonly calls: Call[]
  fate: (call: Call) => Fate | undefined
  publishesKeys: boolean
  /** Whether it knows `Idempotency-Key` and `If-None-Exist`. */
  heedsKeys: boolean
  /** What it has done by now, in that order; also where nobody heard of it. */
  readonly done: Call[]
  /** How many records it holds, of any type. */
  records(): number
  /** What it has under this key, in anybody's chart. */
  documents(key: string): Promise<readonly DocumentReference[]>
  /** The file of a document, as somebody reads it. */
  fileOf(document: DocumentReference): Promise<Buffer>
  close(): Promise<void>
}

export async function startEhr(): Promise<TestEhr> {
  const api = await startServer()
  const authority = await makeAuthority('outbox test')
  const tls = await startTlsServer(await makeServerCertificate(authority))
  const fhirBase = `${tls.origin}/fhir/R4`
  const ehr: TestEhr = {
    fhirBase, authority, api, calls: [], done: [], fate: () => undefined, publishesKeys: true, heedsKeys: true,
    records: () => api.store.count(),
    async documents(key) {
      const found: DocumentReference[] = []
      for (const patient of ['ann', 'bob']) {
        const bundle = await (await api.ask('ada', `DocumentReference?patient=${patient}&_count=200`)).json() as { entry?: { resource: DocumentReference }[] }
        found.push(...(bundle.entry ?? []).map(({ resource }) => resource).filter(({ identifier = [] }) => identifier.some(({ value }) => value === `urn:uuid:${key}`)))
      }
      return found
    },
    fileOf: async ({ content }) => Buffer.from(await (await api.ask('ada', content[0]?.attachment.url ?? '', { headers: { accept: '*/*' } })).arrayBuffer()),
    async close() {
      await tls.close()
      await api.close()
    },
  }

  tls.answerWith((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('error', () => undefined)
    request.on('end', () => {
      const json = (value: unknown) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
      if (request.url === '/fhir/R4/.well-known/smart-configuration') return json(ehr.publishesKeys ? { file_encryption_jwks_uri: `${tls.origin}/file-keys` } : {})
      if (request.url === '/file-keys') return json(api.fileKeys.published())
      // No share of a key: nothing here is about that.
      if (request.url?.startsWith('/fhir/R4/') !== true) return void response.writeHead(404).end()
      const call = { method: request.method ?? '', path: (request.url ?? '').replace('/fhir/R4/', ''), body: Buffer.concat(parts) }
      ehr.calls.push(call)
      void pass(call).catch(() => response.destroy())
    })

    async function pass(call: Call): Promise<void> {
      const fate = ehr.fate(call)
      await fate?.before?.()
      if (fate?.answer !== undefined) return void response.writeHead(fate.answer, { 'content-type': 'application/fhir+json' }).end('{"resourceType":"OperationOutcome","issue":[]}')
      const kept = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', ...(ehr.heedsKeys ? [] : ['idempotency-key', 'if-none-exist'])]
      const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' && !kept.includes(name) ? [[name, value]] : []))
      const answer = await fetch(`${api.base}/${call.path}`, { method: call.method, headers, ...(call.method === 'GET' ? {} : { body: new Uint8Array(call.body) }) })
      const body = Buffer.from(await answer.arrayBuffer())
      ehr.done.push(call)
      if (fate?.lost) return void response.destroy()
      response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => ['content-type', 'location', 'etag'].includes(name)))).end(body)
    }
  })
  return ehr
}
