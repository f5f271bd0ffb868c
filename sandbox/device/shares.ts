import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Identify } from '../types.ts'
import { checkProof, PublicKeyJwk } from './proof.ts'
import { DeviceId, type Devices } from './registrations.ts'

const Ask = z.strictObject({ deviceId: DeviceId, publicKeyJwk: PublicKeyJwk, proof: z.string().max(4096) })

/** Bytes of a share: it is the whole strength of what it helps to open. */
const shareBytes = 32

export interface Shares {
  /** The share of a person at the workstation with this key: made when it is first asked for, the same ever after. */
  of(sub: string, publicKey: string): Buffer
}

const Row = z.object({ share: z.instanceof(Uint8Array) }).optional()

/** Opens the table of shares. A hospital's EHR would keep them in its key store; this one keeps them as it keeps its passwords. */
export function openShares(database: DatabaseSync, clock: Clock): Shares {
  database.exec(`CREATE TABLE IF NOT EXISTS device_share (
    sub TEXT NOT NULL, public_key TEXT NOT NULL, share BLOB NOT NULL, made_at INTEGER NOT NULL, PRIMARY KEY (sub, public_key)
  ) STRICT`)
  const insert = database.prepare('INSERT OR IGNORE INTO device_share VALUES (?, ?, ?, ?)')
  const select = database.prepare('SELECT share FROM device_share WHERE sub = ? AND public_key = ?')
  return {
    of(sub, publicKey) {
      insert.run(sub, publicKey, randomBytes(shareBytes), clock.now())
      const row = Row.parse(select.get(sub, publicKey))
      if (row === undefined) throw new Error('a share that was just kept is not there')
      return Buffer.from(row.share)
    },
  }
}

export interface ShareOptions {
  readonly shares: Shares
  readonly devices: Devices
  readonly identify: Identify
  readonly clock: Clock
  readonly baseUrl: string
}

/**
 * `POST /device/shares`: this hospital's part of the key to what a person's workstation keeps (ADR 0091). It is released to a token that
 * comes straight from a sign-in, never to one that was refreshed: a stolen refresh token opens nothing. Whoever is barred has no token.
 */
export function deviceShares({ shares, devices, identify, clock, baseUrl }: ShareOptions): FastifyPluginAsync {
  const audience = `${baseUrl}/device/shares`

  return async (scope) => {
    limitGuesses(scope, { tries: 60, clock, isGuess: (_request, status) => status >= 400 && status < 500 })
    scope.post('/shares', { bodyLimit: 16 * 1024 }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) {
        return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'token-invalid' })
      }
      if (caller.hasJustSignedIn !== true) return reply.code(403).send({ error: 'needs-full-sign-in' })
      const parsed = Ask.safeParse(request.body)
      if (!parsed.success) return reply.code(400).send({ error: 'share-malformed' })

      const { deviceId, publicKeyJwk: key, proof } = parsed.data
      const checked = await checkProof(proof, { key, audience, deviceId, clock })
      if (checked.kind === 'refused') return reply.code(400).send({ error: checked.error })
      if (!devices.burn(checked.jti)) return reply.code(400).send({ error: 'proof-replayed' })
      // Registration may still be on its way: the share is bound to the key itself, and a key belongs to one device.
      const known = devices.find(deviceId)
      if (known !== undefined && known.publicKey !== key.x) return reply.code(409).send({ error: 'device-has-another-key' })
      return reply.send({ share: shares.of(caller.sub, key.x).toString('base64url') })
    })
  }
}
