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
  /** An AuditEvent that is here. */
  readonly read: (id: string) => AuditEvent | undefined
  /** Files an AuditEvent. Throws where it cannot: then nothing is opened. */
  readonly file: (event: AuditEvent) => void
}

const Asked = z.union([z.strictObject({ jwe: z.string().min(1).max(64 * 1024) }), z.strictObject({ entry: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) })])

/** What a workstation sealed into an entry of its chain (electron/audit/ship/audit-event.ts). */
const sealedIn = (event: AuditEvent | undefined): string | undefined =>
  (event?.entity ?? []).flatMap(({ detail }) => detail ?? []).find(({ type, valueString }) => type === 'sealed' && valueString !== undefined)?.valueString

/** DICOM PS3.16 CID 400: who read the audit trail is in it, and of which entry they read what was sealed. */
function logUsed({ practitioner }: Caller, at: number, entry: string | undefined): AuditEvent {
  const entity = entry === undefined ? {} : { entity: [{ what: { reference: `AuditEvent/${entry}` }, type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2' }, role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '13' } }] }
  return {
    ...entity,
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
 * whose it is. `POST /audit-keys/open`: one such text in clear, by itself or of an entry that is here, for those who read the audit trail.
 */
export function auditKeyRoutes({ keys, identify, clock, may, read, file }: AuditKeyOptions): FastifyPluginAsync {
  return async (app) => {
    limitGuesses(app, { tries: 60, clock, isGuess: (_request, status) => status === 401 })

    app.get('/', (_request, reply) => reply.header('cache-control', 'max-age=300').type('application/jwk-set+json').send(JSON.stringify(keys.published())))
    app.post('/open', async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'token-invalid' })
      if (!may(caller)) return reply.code(403).send({ error: 'role-may-not' })
      const asked = Asked.safeParse(request.body).data
      const entry = asked !== undefined && 'entry' in asked ? asked.entry : undefined
      const jwe = asked !== undefined && 'jwe' in asked ? asked.jwe : entry === undefined ? undefined : sealedIn(read(entry))
      if (entry !== undefined && jwe === undefined) return reply.code(404).send({ error: 'nothing-sealed' })
      const text = jwe === undefined ? undefined : await keys.open(jwe)
      if (text === undefined) return reply.code(422).send({ error: 'not-for-these-keys' })
      file(logUsed(caller, clock.now(), entry))
      return reply.send({ text })
    })
  }
}
