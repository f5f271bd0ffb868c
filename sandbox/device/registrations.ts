import type { DatabaseSync } from 'node:sqlite'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Caller, Identify } from '../types.ts'
import { checkProof, proofSeconds, PublicKeyJwk } from './proof.ts'
import type { UnlockSecrets } from './unlock-secrets.ts'

export const DeviceId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/)

const Registration = z.strictObject({
  deviceId: DeviceId,
  publicKeyJwk: PublicKeyJwk,
  /** For a person in IT to recognise the workstation. No control characters: it is shown in lists. */
  displayName: z.string().trim().min(1).max(100).regex(/^\P{C}*$/u),
  proof: z.string().max(4096),
})

/** A registered workstation. `registeredAt` is an instant (RFC 3339, UTC). */
interface Device {
  deviceId: string
  publicKey: string
  displayName: string
  registeredAt: string
  /** `sub` of the person who signed in there first. */
  registeredBy: string
}

const Row = z
  .object({
    deviceId: z.string(),
    publicKey: z.string(),
    displayName: z.string(),
    registeredAt: z.string(),
    registeredBy: z.string(),
  })
  .optional()

export interface Devices {
  find(deviceId: string): Device | undefined
  add(device: Device): void
  /** Burns the id of a proof. False: it had been used already. */
  burn(jti: string): boolean
}

/** Opens the table of workstations. */
export function openDevices(database: DatabaseSync, clock: Clock): Devices {
  database.exec(`
    CREATE TABLE IF NOT EXISTS device (
      device_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, display_name TEXT NOT NULL,
      registered_at TEXT NOT NULL, registered_by TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS burned_proof (jti TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS burned_proof_at ON burned_proof (at);
  `)
  const select = database.prepare(`SELECT device_id AS deviceId, public_key AS publicKey, display_name AS displayName,
    registered_at AS registeredAt, registered_by AS registeredBy FROM device WHERE device_id = ?`)
  const insert = database.prepare('INSERT INTO device VALUES (?, ?, ?, ?, ?)')
  const burn = database.prepare('INSERT OR IGNORE INTO burned_proof VALUES (?, ?)')
  const sweep = database.prepare('DELETE FROM burned_proof WHERE at < ?')

  return {
    find: (deviceId) => Row.parse(select.get(deviceId)),
    add: (device) => {
      const { deviceId, publicKey, displayName, registeredAt, registeredBy } = device
      insert.run(deviceId, publicKey, displayName, registeredAt, registeredBy)
    },
    burn: (jti) => {
      // Twice the window in which a proof counts, either way: one that is forgotten here is too old there.
      sweep.run(clock.now() - 4 * proofSeconds * 1000)
      return burn.run(jti, clock.now()).changes === 1
    },
  }
}

export interface RegistrationOptions {
  devices: Devices
  identify: Identify
  clock: Clock
  baseUrl: string
  /** Hears who signed in at which workstation, on which grant. */
  seen?: (deviceId: string, sub: string, grantId: string | undefined) => void
  /** Absent: this hospital's desk answers no challenges. */
  unlockSecrets?: Pick<UnlockSecrets, 'renew'>
}

/** `POST /device/registrations`: a workstation says who it is, with the token of a person and a proof of its key. */
export function deviceRegistrations({ devices, identify, clock, baseUrl, seen = () => {}, unlockSecrets }: RegistrationOptions): FastifyPluginAsync {
  const audience = `${baseUrl}/device/registrations`
  /** A new one with each full sign-in; a token that was refreshed or stolen gets none. */
  const secretFor = (deviceId: string, caller: Caller) =>
    unlockSecrets === undefined || caller.hasJustSignedIn !== true ? {} : { unlockSecret: unlockSecrets.renew(deviceId).toString('base64url') }

  return async (scope) => {
    limitGuesses(scope, { tries: 60, clock, isGuess: (_request, status) => status >= 400 && status < 500 })
    scope.post('/registrations', { bodyLimit: 16 * 1024 }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) {
        return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'token-invalid' })
      }
      const parsed = Registration.safeParse(request.body)
      if (!parsed.success) return reply.code(400).send({ error: 'registration-malformed' })

      const { deviceId, publicKeyJwk: key, displayName, proof } = parsed.data
      const checked = await checkProof(proof, { key, audience, deviceId, clock })
      if (checked.kind === 'refused') return reply.code(400).send({ error: checked.error })
      if (!devices.burn(checked.jti)) return reply.code(400).send({ error: 'proof-replayed' })

      const known = devices.find(deviceId)
      if (known === undefined) {
        const registeredAt = new Date(clock.now()).toISOString()
        devices.add({ deviceId, publicKey: key.x, displayName, registeredAt, registeredBy: caller.sub })
        seen(deviceId, caller.sub, caller.grantId)
        return reply.code(201).send({ deviceId, registeredAt, ...secretFor(deviceId, caller) })
      }
      // A device keeps its key for life: another key under its id is another device, or a thief.
      if (known.publicKey !== key.x) return reply.code(409).send({ error: 'device-has-another-key' })
      seen(deviceId, caller.sub, caller.grantId)
      return reply.code(200).send({ deviceId, registeredAt: known.registeredAt, ...secretFor(deviceId, caller) })
    })
  }
}
