import type { AuditEvent } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Caller, Identify } from '../types.ts'
import type { EncryptionKeys } from '../encryption-keys/index.ts'

export interface AuditKeyOptions {
  readonly keys: EncryptionKeys
  readonly identify: Identify
  readonly clock: Clock
  /** Whether somebody reads the audit trail. */
  readonly may: (caller: Caller) => boolean
  /** Files an AuditEvent. Throws where it cannot: then nothing is opened. */
  readonly file: (event: AuditEvent) => void
}

const Sealed = z.strictObject({ jwe: z.string().min(1).max(64 * 1024) })

/** DICOM PS3.16 CID 400: who read the audit trail is in it. */
function logUsed({ practitioner }: Caller, at: number): AuditEvent {
  return {
    resourceType: 'AuditEvent',
    type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110101', display: 'Audit Log Used' },
    action: 'R',
    recorded: new Date(at).toISOString(),
    outcome: '0',
    agent: [{ who: { reference: `Practitioner/${practitioner}` }, requestor: true }],
    source: { observer: { display: 'Chartkeep sandbox EHR' } },
  }
}

/**
 * `GET /audit-keys`: the key that clients encrypt search texts and reasons to. Nobody signs it: TLS and the client's pins say
 * whose it is. `POST /audit-keys/open`: one such text in clear, for those who read the audit trail.
 */
export function auditKeyRoutes({ keys, identify, clock, may, file }: AuditKeyOptions): FastifyPluginAsync {
  return async (app) => {
    limitGuesses(app, { tries: 60, clock, isGuess: (_request, status) => status === 401 })

    app.get('/', (_request, reply) => reply.header('cache-control', 'max-age=300').type('application/jwk-set+json').send(JSON.stringify(keys.published())))
    app.post('/open', async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'token-invalid' })
      if (!may(caller)) return reply.code(403).send({ error: 'role-may-not' })
      const sealed = Sealed.safeParse(request.body)
      const text = sealed.success ? await keys.open(sealed.data.jwe) : undefined
      if (text === undefined) return reply.code(422).send({ error: 'not-for-these-keys' })
      file(logUsed(caller, clock.now()))
      return reply.send({ text })
    })
  }
}
