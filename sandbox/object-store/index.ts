import { createHash, randomUUID } from 'node:crypto'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { createBucket } from './bucket.ts'
import { type AccessKey, verifySignature } from './signature.ts'

export interface ObjectStoreOptions {
  readonly bucket: string
  readonly region: string
  readonly key: AccessKey
  readonly clock: { now(): number }
  readonly tls: { readonly key: string; readonly cert: string }
  /** False: a bucket that was made without object lock, as most are. */
  readonly hasLock?: boolean
}

export interface ObjectStore {
  readonly endpoint: string
  readonly bucket: ReturnType<typeof createBucket>
  /** Answers every request with this status from now on; undefined: as it should. */
  fail(status: number | undefined): void
  close(): Promise<void>
}

/**
 * A small part of S3, made by us for tests of ours, since no server that enforces object lock could be had from Debian or npm: it
 * proves that our requests are signed and formed as the protocol says, not how AWS, MinIO or anyone behaves. Signature V4 is verified,
 * a checksum is wanted, and a locked version is removed by nobody.
 */
export async function startObjectStore({ bucket: name, region, key, clock, tls, hasLock = true }: ObjectStoreOptions): Promise<ObjectStore> {
  const bucket = createBucket({ newId: randomUUID })
  let failing: number | undefined
  const app = Fastify({ logger: false, https: tls, bodyLimit: 16 * 1024 * 1024 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.addHook('preHandler', async (request, reply) => {
    if (failing !== undefined) return refuse(reply, failing, failing === 503 ? 'SlowDown' : 'InternalError')
    const verdict = verifySignature({ method: request.method, url: request.url, headers: single(request), body: bodyOf(request) }, key, region, clock.now())
    if (verdict !== 'signed') return refuse(reply, verdict === 'XAmzContentSHA256Mismatch' ? 400 : 403, verdict)
    return undefined
  })

  const list = (request: FastifyRequest, reply: FastifyReply) => {
    if (named(request) !== name) return refuse(reply, 404, 'NoSuchBucket')
    const { prefix = '' } = query(request)
    const found = bucket.keys(prefix).map((each) => `<Contents><Key>${each}</Key><Size>${bucket.newest(each)?.body.length ?? 0}</Size></Contents>`)
    return reply.type('application/xml').send(`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${name}</Name><Prefix>${prefix}</Prefix><KeyCount>${found.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${found.join('')}</ListBucketResult>`)
  }
  app.get('/:bucket', list)
  app.get('/:bucket/', list)
  app.get('/:bucket/*', (request, reply) => {
    const found = bucket.newest(objectOf(request))
    if (named(request) !== name || !found) return refuse(reply, 404, 'NoSuchKey')
    const lock = found.retainUntil === undefined ? {} : { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': new Date(found.retainUntil).toISOString() }
    return reply.headers({ etag: found.etag, 'x-amz-version-id': found.id, ...lock }).type('application/octet-stream').send(found.body)
  })
  app.put('/:bucket/*', (request, reply) => {
    if (named(request) !== name) return refuse(reply, 404, 'NoSuchBucket')
    const headers = single(request)
    const mode = headers['x-amz-object-lock-mode']
    const until = headers['x-amz-object-lock-retain-until-date']
    const body = bodyOf(request)
    if ((mode === undefined) !== (until === undefined)) return refuse(reply, 400, 'InvalidArgument')
    if (mode !== undefined && !hasLock) return refuse(reply, 400, 'InvalidRequest')
    // S3 takes no object with a lock without a checksum of it.
    if (mode !== undefined && headers['content-md5'] === undefined && !Object.keys(headers).some((each) => each.startsWith('x-amz-checksum-'))) return refuse(reply, 400, 'InvalidRequest')
    if (until !== undefined && !(mode === 'COMPLIANCE' && Date.parse(until) > clock.now())) return refuse(reply, 400, 'InvalidArgument')
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    const put = bucket.put(objectOf(request), { body, etag, retainUntil: until === undefined ? undefined : Date.parse(until) }, { onlyIfAbsent: headers['if-none-match'] === '*' })
    if (put.is === 'refused') return refuse(reply, 412, put.code)
    return reply.headers({ etag, 'x-amz-version-id': put.version.id }).send()
  })

  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  return { endpoint, bucket, fail: (status) => void (failing = status), close: () => app.close() }
}

const refuse = (reply: FastifyReply, status: number, code: string) =>
  reply.code(status).type('application/xml').send(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)

const bodyOf = ({ body }: FastifyRequest) => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))
const single = ({ headers }: FastifyRequest) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]))
const parameter = ({ params }: FastifyRequest, name: string): string => (typeof params === 'object' && params !== null && name in params ? String(Object.entries(params).find(([each]) => each === name)?.[1]) : '')
const named = (request: FastifyRequest) => parameter(request, 'bucket')
const objectOf = (request: FastifyRequest) => decodeURIComponent(parameter(request, '*'))
const query = ({ url }: FastifyRequest): { readonly prefix?: string } => Object.fromEntries(new URL(url, 'https://s3.invalid').searchParams)
