import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { AuditEvent } from '@medplum/fhirtypes'
import type { Clock } from '../shared/clock.ts'
import { openAccounts } from './auth/accounts.ts'
import { auditingWitness, openGrants } from './break-the-glass/index.ts'
import { resourceServerId } from './auth/clients.ts'
import { openConsents } from './auth/consents.ts'
import { grantStore } from './auth/grant-store.ts'
import { signingKeys } from './auth/signing-keys.ts'
import { openDatabase } from './database.ts'
import { openDevices } from './device/registrations.ts'
import { openShares } from './device/shares.ts'
import { openUnlockSecrets } from './device/unlock-secrets.ts'
import { openEncryptionKeys } from './encryption-keys/index.ts'
import type { Endings } from './endings.ts'
import { openHospital, type Progress } from './hospital/index.ts'
import { type Listener, openListener } from './listener.ts'
import { openTransmitterKeys } from './lockout/index.ts'
import { staff } from './people/index.ts'
import { closeStateFolder, openStateFolder, readJson, type StateFolder, writeJson } from './state.ts'
import { type ServerIdentity, serverIdentity } from './tls/identity.ts'

export interface PartsOptions {
  port: number
  stateDir: string | undefined
  patients: number
  seed: number
  onProgress?: ((progress: Progress) => void) | undefined
  signal?: AbortSignal | undefined
}

const LastPort = z.object({ port: z.number().int().min(1).max(65_535) })
const Secret = z.object({ secret: z.string().min(32) })

/** The secret in a file of the state folder, 0600; made when it is first asked for. `beside`: what else the file says, for whoever reads it. */
async function secretIn(folder: StateFolder, file: string, beside: Readonly<Record<string, string>> = {}): Promise<string> {
  const stored = Secret.safeParse(await readJson(folder, file))
  if (stored.success) return stored.data.secret
  const secret = randomBytes(32).toString('base64url')
  await writeJson(folder, file, { ...beside, secret })
  return secret
}

async function listenAsBefore(folder: StateFolder, identity: ServerIdentity, port: number): Promise<Listener> {
  const last = LastPort.safeParse(await readJson(folder, 'port.json'))
  const listener = await openListener(identity.server, port, last.success ? last.data.port : 0)
  await writeJson(folder, 'port.json', { port: listener.port })
  return listener
}

/** Opens what outlives a request: folder, keys, records, accounts, the port. */
export async function openParts(options: PartsOptions, clocks: { real: Clock; shown: Clock }, ends: Endings) {
  const { real, shown } = clocks
  const folder = await openStateFolder(options.stateDir)
  ends.later(() => closeStateFolder(folder))
  const identity = await serverIdentity(folder, real.now())
  const keys = await signingKeys(folder)
  const controlSecret = await secretIn(folder, 'control.json')
  // For whoever puts a resource server of their own beside this one.
  const resourceServerSecret = await secretIn(folder, 'resource-server.json', { clientId: resourceServerId })

  // The port first: if it is taken, that is known before thousands of records are made.
  const listener = await listenAsBefore(folder, identity, options.port)
  ends.later(() => listener.close())
  const { seed, patients, onProgress, signal } = options
  const store = await openHospital({ folder, population: { seed, patients }, clock: shown, onProgress, signal })
  ends.later(() => store.close())
  const database = openDatabase(join(folder.path, 'auth.db'))
  ends.later(() => database.close())

  const accounts = await openAccounts(database, folder, staff, real)
  const grants = grantStore(database, real)
  const consents = openConsents(database)
  const devices = openDevices(database, real)
  const shares = openShares(database, real)
  const unlockSecrets = openUnlockSecrets(database, real)
  const fileAuditEvent = (event: AuditEvent) => void store.put({ ...event, id: randomUUID() })
  const glass = openGrants(database, shown, auditingWitness(fileAuditEvent))
  const auditKeys = await openEncryptionKeys(folder, 'audit-keys.json', real)
  const fileKeys = await openEncryptionKeys(folder, 'file-keys.json', real)
  const lockoutKeys = await openTransmitterKeys(folder, real)
  return { database, lockoutKeys, folder, identity, keys, controlSecret, listener, store, accounts, grants, consents, devices, shares, unlockSecrets, glass, resourceServerSecret, fileAuditEvent, auditKeys, fileKeys }
}

export type Parts = Awaited<ReturnType<typeof openParts>>
