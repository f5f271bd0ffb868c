import { join } from 'node:path'
import type { Clock } from '../shared/clock.ts'
import type { Policy } from '../shared/policy.ts'
import { type DemoUser, usersFile } from './auth/accounts.ts'
import { auditKeyRoutes } from './audit-keys/index.ts'
import { originsOf, readClients } from './auth/clients.ts'
import { smartConfiguration } from './auth/discovery.ts'
import { openAuth } from './auth/index.ts'
import { breakTheGlass, type Grants } from './break-the-glass/index.ts'
import { control, type Levers } from './control.ts'
import { holderOf } from './control-secret.ts'
import { crossOrigin } from './cross-origin.ts'
import { demoPolicy } from './demo-policy.ts'
import { deviceRegistrations } from './device/registrations.ts'
import { deviceShares } from './device/shares.ts'
import { faultyEdge } from './edge.ts'
import { type Endings, endings } from './endings.ts'
import { faultSwitches } from './faults/index.ts'
import { auditEvent, fhirApi, mayBreakGlass, mayUse, wayTo } from './fhir/index.ts'
import { habitsOfRealServers } from './habits/index.ts'
import type { Progress } from './hospital/index.ts'
import { bar, levers, onDesk, type Skew } from './levers.ts'
import { openLockout } from './lockout/index.ts'
import { catalogues } from './people/index.ts'
import { openParts, type Parts } from './parts.ts'
import { fileKeyRoutes, sealedFiles } from './sealed-files/index.ts'
import { writeWhole } from './state.ts'
import { countTraffic } from './traffic.ts'
import type { Caller } from './types.ts'
import { troubleBook, troubledEdge } from './trouble/index.ts'
import { webServer } from './web-server.ts'

export interface SandboxOptions {
  /** 0 or absent: the port of the last run with this state, if it is free, else any. */
  port?: number
  /** Kept between runs. Absent: a temporary folder, removed at close. */
  stateDir?: string
  /** Synthetic people. Default 50. */
  patients?: number
  /** Default 1. The same seed gives the same people. */
  seed?: number
  /** Its name on the sign-in page and in the policy. Default: that of the records. */
  hospital?: string
  /** The one loopback redirect port under the fault `redirectPorts: fixed`. Default 47213. */
  fixedRedirectPort?: number
  /** A file of applications that are not the hospital's own, see `auth/clients.ts`. */
  clientsFile?: string
  clock?: Clock
  /** How long a workstation's poll for orders waits. Default 25,000. Milliseconds. */
  pollMs?: number
  /** Hears how far the making of a population is; a kept one is made already. */
  onProgress?: (progress: Progress) => void
  /** Gives up a start that is making a population. */
  signal?: AbortSignal
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
  /** Asks about tokens: `hospital-resource-server` and this (RFC 7662). */
  resourceServerSecret: string
  users: readonly DemoUser[]
  /** What is in the state folder, by path. */
  files: { ca: string; foreignCa: string; policy: string; users: string; control: string }
  controlSecret: string
  /** Ends every connection and closes the databases. */
  close(): Promise<void>
}

const usernameOf = ({ accounts }: Parts, sub: string) => accounts.everybody().find((person) => person.sub === sub)?.username ?? ''

const wallClock: Clock = { now: () => Date.now() }

/** Writes what a client is given; none of it is a secret. */
async function writeFiles({ folder, identity }: Parts, fhirBase: string, hospital: string) {
  const inFolder = (name: string) => join(folder.path, name)
  const files = {
    ca: inFolder('ca.pem'),
    foreignCa: inFolder('ca-foreign.pem'),
    policy: inFolder('policy.json'),
    users: inFolder(usersFile),
    control: inFolder('control.json'),
  }
  const policy = demoPolicy({ fhirBase, caFile: files.ca, pin: identity.pin, hospital })
  await writeWhole(files.ca, identity.caPem, 0o644)
  await writeWhole(files.foreignCa, identity.foreignCaPem, 0o644)
  await writeWhole(files.policy, `${JSON.stringify(policy, null, 2)}\n`, 0o644)
  return { files, policy }
}

/** Writes down the end of each broken glass within seconds of it. */
function keepSweeping(glass: Grants, ends: Endings): void {
  const sweeping = setInterval(() => {
    try {
      glass.sweep()
    } catch {
      // Nothing is open for it, and nothing is lost: the next one tries again.
    }
  }, 5_000)
  ends.later(() => clearInterval(sweeping))
}

/** Starts an EHR to run against: sign-in, FHIR R4 API, device registration. Resolves when it answers. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const ends = endings()
  try {
    return await start(options, ends)
  } catch (error) {
    await ends.now()
    throw error
  }
}

async function start(options: SandboxOptions, ends: Endings): Promise<Sandbox> {
  const { hospital = 'Millbrook Falls General Hospital', fixedRedirectPort = 47_213 } = options
  const real = options.clock ?? wallClock
  const skew: Skew = { seconds: 0 }
  const skewSeconds = () => skew.seconds
  const shown: Clock = { now: () => real.now() + skew.seconds * 1000 }

  const { port = 0, patients = 50, seed = 1, stateDir, clientsFile, onProgress, signal } = options
  const thirdParties = clientsFile === undefined ? [] : await readClients(clientsFile)
  const parts = await openParts({ port, patients, seed, stateDir, onProgress, signal }, { real, shown }, ends)
  const { identity, listener, accounts, grants, keys, devices, shares, unlockSecrets, store, glass, consents, controlSecret, resourceServerSecret, auditKeys, fileKeys, fileAuditEvent, database, lockoutKeys } = parts
  const baseUrl = `https://127.0.0.1:${listener.port}`
  const fhirBase = `${baseUrl}/fhir/R4`
  const faults = faultSwitches((now, before) => {
    if (now.certificate !== before.certificate || now.tls !== before.tls) listener.show(identity.shown[now.certificate], now.tls)
  })

  const app = webServer(listener, faults)
  ends.later(() => app.close())
  ends.later(() => listener.close()) // first of all: nothing comes in while the rest closes
  const otherHost = `https://localhost:${listener.port}`
  const traffic = countTraffic(app, '/fhir/R4')
  const strays = faultyEdge(app, { faults, skewSeconds, otherHost, fixedRedirectPort })
  const troubles = troubleBook()
  troubledEdge(app, { book: troubles, isHolder: holderOf(controlSecret), fhirBase, otherHost, now: real.now })
  crossOrigin(app, '/fhir/R4', new Set(thirdParties.flatMap(({ redirectUris }) => originsOf(redirectUris))))
  habitsOfRealServers(app, { faults, baseUrl: fhirBase, underWay: traffic.underWay })
  const handles = levers(parts, { faults, troubles, skew, strays, traffic })
  const auth = openAuth({
    baseUrl,
    fhirBase,
    accounts,
    grants,
    keys,
    faults,
    hospital,
    skewSeconds,
    clock: real,
    consents,
    thirdParties,
    resourceServerSecret,
  })
  const { identify } = auth
  app.get('/fhir/R4/.well-known/smart-configuration', (_request, reply) =>
    reply.header('cache-control', 'max-age=60').send(smartConfiguration(baseUrl, faults.current())),
  )
  await app.register(auth.routes, { prefix: '/auth' })
  await app.register(fhirApi({ store, identify, clock: shown, baseUrl: fhirBase, glass, catalogues, sealed: sealedFiles(fileKeys) }), { prefix: '/fhir/R4' })
  const lockout = await openLockout(app, {
    database, accounts, devices, unlockSecrets, keys: lockoutKeys, identify, faults, clock: shown, baseUrl, pollMs: options.pollMs, file: fileAuditEvent,
    reported: () => onDesk(parts).filter((one) => one.kind === 'alert'),
    enforcement: { setBarred: (sub, isBarred) => void bar(parts, usernameOf(parts, sub), isBarred), endGrant: grants.forgetGrant },
  }, ends)
  await app.register(deviceRegistrations({ devices, identify, clock: shown, baseUrl, seen: lockout.seen, unlockSecrets }), { prefix: '/device' })
  await app.register(deviceShares({ shares, devices, identify, clock: shown, baseUrl }), { prefix: '/device' })
  await app.register(breakTheGlass({ clock: real, grants: glass, identify, may: mayBreakGlass, wayTo: (caller, patient) => wayTo(store, caller, patient) }), { prefix: '/break-the-glass' })
  keepSweeping(glass, ends)
  const mayRead = (caller: Caller) => mayUse(caller, 'AuditEvent', 'r')
  await app.register(auditKeyRoutes({ keys: auditKeys, identify, clock: shown, may: mayRead, read: (id) => auditEvent(store, id), file: fileAuditEvent }), { prefix: '/audit-keys' })
  await app.register(fileKeyRoutes(fileKeys), { prefix: '/file-keys' })
  const all = { ...handles, fileMadeUpWorkstations: lockout.fileMadeUp }
  await app.register(control(all, controlSecret), { prefix: '/sandbox' })
  const { files, policy } = await writeFiles(parts, fhirBase, hospital)
  await app.ready()

  return {
    ...all,
    baseUrl,
    fhirBase,
    policy,
    files,
    controlSecret,
    resourceServerSecret,
    caPem: identity.caPem,
    foreignCaPem: identity.foreignCaPem,
    pin: identity.pin,
    users: accounts.demoUsers,
    close: () => ends.now(),
  }
}
