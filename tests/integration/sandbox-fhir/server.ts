import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'
import { auditingWitness, breakTheGlass, openGrants } from '../../../sandbox/break-the-glass/index.ts'
import { type EncryptionKeys, openEncryptionKeys } from '../../../sandbox/encryption-keys/index.ts'
import { fhirApi, type FhirStore, loadResources, mayBreakGlass, openStore, wayTo } from '../../../sandbox/fhir/index.ts'
import { catalogues } from '../../../sandbox/people/index.ts'
import { sealedFiles } from '../../../sandbox/sealed-files/index.ts'
import type { Caller, Identify } from '../../../sandbox/types.ts'
import { hospital } from './hospital.ts'

const everything = ['user/*.cruds']
const caller = (practitioner: string, role: Caller['role'], scopes: readonly string[] = everything): Caller => ({
  sub: practitioner, practitioner, role, scopes, clientId: 'test',
})

/** Tokens are names here: who they belong to is the sign-in's matter, tested with it. */
const callers = new Map<string, Caller>([
  ['ada', caller('dr-ada', 'physician')],
  ['ben', caller('dr-ben', 'physician')],
  ['cleo', caller('nurse-cleo', 'nurse')],
  ['dan', caller('desk-dan', 'front-desk')],
  ['sam', caller('support-sam', 'support')],
  ['cora', caller('compliance-cora', 'compliance')],
  ['pia', caller('privacy-pia', 'privacy')],
  ['reader', caller('dr-ada', 'physician', ['user/Patient.rs'])],
])

const identify: Identify = async (authorization) => callers.get(authorization?.replace(/^Bearer /, '') ?? '')

export type Who = 'ada' | 'ben' | 'cleo' | 'dan' | 'sam' | 'cora' | 'pia' | 'reader' | 'nobody'

export interface TestServer {
  readonly base: string
  readonly store: FhirStore
  /** That files are sealed to. */
  readonly fileKeys: EncryptionKeys
  /** The clock that the server goes by. */
  readonly clock: { now(): number; set(iso: string): void }
  /** Asks as someone; the path is below the FHIR base. */
  ask(who: Who, path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** The API on a port of its own, with the small hospital. */
export async function startServer(): Promise<TestServer> {
  let now = Date.parse('2026-11-01T08:00:00Z')
  const clock = { now: () => now, set: (iso: string) => void (now = Date.parse(iso)) }
  const store = openStore({ file: ':memory:', clock })
  loadResources(store, hospital())
  const app = Fastify({ logger: false })
  // Links carry the port: it has to be known before the API is made.
  const port = await freePort()
  const base = `http://127.0.0.1:${port}/fhir/R4`
  const glass = openGrants(new DatabaseSync(':memory:'), clock, auditingWitness((event) => void store.put({ ...event, id: randomUUID() })))
  const folder = await mkdtemp(join(tmpdir(), 'chartkeep-file-keys-'))
  const fileKeys = await openEncryptionKeys({ path: folder, isTemporary: false }, 'file-keys.json', clock)
  await app.register(fhirApi({ store, identify, clock, baseUrl: base, glass, catalogues, sealed: sealedFiles(fileKeys) }), { prefix: '/fhir/R4' })
  const options = { clock, grants: glass, identify, may: mayBreakGlass, wayTo: (who: Caller, patient: string) => wayTo(store, who, patient) }
  await app.register(breakTheGlass(options), { prefix: '/break-the-glass' })
  await app.listen({ host: '127.0.0.1', port })
  return {
    base,
    store,
    fileKeys,
    clock,
    ask: (who, path, init = {}) => {
      const headers = new Headers(init.headers)
      if (who !== 'nobody') headers.set('authorization', `Bearer ${who}`)
      const url = path.startsWith('http') ? path : `${base}/${path}`
      return fetch(url, { ...init, headers, redirect: 'error' })
    },
    close: async () => {
      await app.close()
      store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = Fastify()
  const address = new URL(await probe.listen({ host: '127.0.0.1', port: 0 }))
  await probe.close()
  return Number(address.port)
}
