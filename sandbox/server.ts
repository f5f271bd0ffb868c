import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../shared/clock.ts'
import type { Policy } from '../shared/policy.ts'
import { type Accounts, type DemoUser, openAccounts, usersFile } from './auth/accounts.ts'
import { smartConfiguration } from './auth/discovery.ts'
import { type GrantStore, grantStore } from './auth/grant-store.ts'
import { openAuth } from './auth/index.ts'
import { type IdTokenAlgorithm, signingKeys } from './auth/signing-keys.ts'
import { control, type Levers } from './control.ts'
import { openDatabase } from './database.ts'
import { demoPolicy } from './demo-policy.ts'
import { deviceRegistrations, openDevices } from './device/registrations.ts'
import { faultyEdge } from './edge.ts'
import { type FaultSwitches, faultSwitches } from './faults.ts'
import { fhirApi } from './fhir/index.ts'
import { openHospital } from './hospital.ts'
import { type Listener, openListener } from './listener.ts'
import { staff } from './people/index.ts'
import { closeStateFolder, openStateFolder, readJson, type StateFolder, writeJson, writeWhole } from './state.ts'
import { serverIdentity } from './tls/identity.ts'

export interface SandboxOptions {
  /** 0 or absent: the port of the last run with this state, if it is free, else any. */
  port?: number
  /** Kept between runs. Absent: a temporary folder, removed at close. */
  stateDir?: string
  /** Synthetic people. Default 50. */
  patients?: number
  /** Default 1. The same seed gives the same people. */
  seed?: number
  hospital?: string
  /** Default RS256. */
  idTokenAlgorithm?: IdTokenAlgorithm
  /** The one loopback redirect port under the fault `redirectPorts: fixed`. Default 47213. */
  fixedRedirectPort?: number
  clock?: Clock
}

/** A running sandbox. */
export interface Sandbox extends Levers {
  /** `https://127.0.0.1:<port>`; the issuer is `<baseUrl>/auth`. */
  baseUrl: string
  fhirBase: string
  caPem: string
  /** The authority behind the fault `certificate: foreign`. */
  foreignCaPem: string
  pin: string
  policy: Policy
  users: readonly DemoUser[]
  /** What is in the state folder, by path. */
  files: { ca: string; foreignCa: string; policy: string; users: string; control: string }
  controlSecret: string
  /** Ends every connection and closes the databases. */
  close(): Promise<void>
}

const wallClock: Clock = { now: () => Date.now() }
const LastPort = z.object({ port: z.number().int().min(1).max(65_535) })
const Secret = z.object({ secret: z.string().min(32) })

async function controlSecretOf(folder: StateFolder): Promise<string> {
  const stored = Secret.safeParse(await readJson(folder, 'control.json'))
  if (stored.success) return stored.data.secret
  const secret = randomBytes(32).toString('base64url')
  await writeJson(folder, 'control.json', { secret })
  return secret
}

async function listenAsBefore(folder: StateFolder, identity: Parameters<typeof openListener>[0], port: number) {
  const last = LastPort.safeParse(await readJson(folder, 'port.json'))
  const listener = await openListener(identity, port, last.success ? last.data.port : 0)
  await writeJson(folder, 'port.json', { port: listener.port })
  return listener
}

function levers(parts: {
  faults: FaultSwitches
  accounts: Accounts
  grants: GrantStore
  skew: { seconds: number }
  strays: { requests: number; withToken: number }
}): Levers {
  const { faults, accounts, grants, skew, strays } = parts
  return {
    faults,
    revokeUser(username) {
      const sub = accounts.setBarred(username, true)
      if (sub !== undefined) grants.forgetAccount(sub)
      return sub !== undefined
    },
    reinstateUser: (username) => accounts.setBarred(username, false) !== undefined,
    expireTokens: (kind) => grants.expire(kind === 'access' ? 'AccessToken' : 'RefreshToken'),
    setClockSkew: (seconds) => {
      skew.seconds = seconds
    },
    strays: () => ({ ...strays }),
  }
}

/** A web server on that listener. It logs nothing: what passes through it is about patients. */
function webServer(listener: Listener): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
    serverFactory: (handler) => {
      listener.server.on('request', handler)
      return listener.server
    },
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }))
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    return reply.code(status).send({ error: status === 500 ? 'failed' : 'request-malformed' })
  })
  return app
}

/** Starts an EHR to run against: sign-in, FHIR R4 API, device registration. Resolves when it answers. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { hospital = 'Lakeside General Hospital', fixedRedirectPort = 47_213, idTokenAlgorithm = 'RS256' } = options
  const real = options.clock ?? wallClock
  const skew = { seconds: 0 }
  const clock: Clock = { now: () => real.now() + skew.seconds * 1000 }

  const folder = await openStateFolder(options.stateDir)
  const [identity, keys, controlSecret, store] = await Promise.all([
    serverIdentity(folder, real.now()),
    signingKeys(folder),
    controlSecretOf(folder),
    openHospital(folder, { seed: options.seed ?? 1, patients: options.patients ?? 50 }, clock),
  ])
  const database = openDatabase(join(folder.path, 'auth.db'))
  const accounts = await openAccounts(database, folder, staff)
  const grants = grantStore(database, real)
  const devices = openDevices(database, real)

  const listener = await listenAsBefore(folder, identity.server, options.port ?? 0)
  const baseUrl = `https://127.0.0.1:${listener.port}`
  const fhirBase = `${baseUrl}/fhir/R4`

  const faults = faultSwitches((now, before) => {
    if (now.certificate !== before.certificate) {
      listener.show(now.certificate === 'foreign' ? identity.foreign : identity.server)
    }
  })
  const skewSeconds = () => skew.seconds
  const auth = openAuth({
    baseUrl, fhirBase, accounts, grants, keys, idTokenAlgorithm, faults, hospital, skewSeconds, clock: real,
  })

  const app = webServer(listener)
  const otherHost = `https://localhost:${listener.port}`
  const strays = faultyEdge(app, { faults, skewSeconds, otherHost, fixedRedirectPort })
  const handles = levers({ faults, accounts, grants, skew, strays })
  app.get('/fhir/R4/.well-known/smart-configuration', (_request, reply) =>
    reply.header('cache-control', 'max-age=60').send(smartConfiguration(baseUrl, faults.current().discovery)),
  )
  await app.register(auth.routes, { prefix: '/auth' })
  await app.register(fhirApi({ store, identify: auth.identify, clock, baseUrl: fhirBase }), { prefix: '/fhir/R4' })
  await app.register(deviceRegistrations({ devices, identify: auth.identify, clock, baseUrl }), { prefix: '/device' })
  await app.register(control(handles, controlSecret), { prefix: '/sandbox' })

  const inFolder = (name: string) => join(folder.path, name)
  const files = {
    ca: inFolder('ca.pem'),
    foreignCa: inFolder('ca-foreign.pem'),
    policy: inFolder('policy.json'),
    users: inFolder(usersFile),
    control: inFolder('control.json'),
  }
  const policy = demoPolicy({ fhirBase, caFile: files.ca, pin: identity.pin, hospital })
  // What the client is given; none of it is a secret.
  await writeWhole(files.ca, identity.caPem, 0o644)
  await writeWhole(files.foreignCa, identity.foreignCaPem, 0o644)
  await writeWhole(files.policy, `${JSON.stringify(policy, null, 2)}\n`, 0o644)
  await app.ready()

  return {
    ...handles,
    baseUrl, fhirBase, policy, files, controlSecret,
    caPem: identity.caPem,
    foreignCaPem: identity.foreignCaPem,
    pin: identity.pin,
    users: accounts.demoUsers,
    async close() {
      await listener.close()
      await app.close()
      store.close()
      database.close()
      await closeStateFolder(folder)
    },
  }
}
