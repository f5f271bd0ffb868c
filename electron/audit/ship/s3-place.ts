import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { Clock } from '../../../shared/clock.ts'
import { type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Transport } from '../../transport/index.ts'
import { overTransport } from './over-transport.ts'
import type { ChainLine, Delivery, Place } from './place.ts'

export interface S3PlaceParts {
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly retentionDays: number
  readonly device: string
  readonly transport: Transport
  readonly credentials: { readonly id: string; readonly secret: string }
  readonly clock: Clock
}

const day = 86_400_000
/** What the bucket's own clock may be off by when it says until when it keeps. */
const skewMs = 300_000

/**
 * A bucket with object lock in compliance mode: one object for each range of the chain's lines, which nobody removes before its time.
 * Acknowledged is what comes back out of the bucket, byte by byte, and locked.
 */
export function deliverTo({ endpoint, bucket, region, retentionDays, device, transport, credentials, clock }: S3PlaceParts): Place['deliver'] {
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: credentials.id, secretAccessKey: credentials.secret },
    requestHandler: overTransport(transport),
    // The courier sees to repetitions.
    maxAttempts: 1,
  })
  const beginning = (seq: number) => `${device}/${padded(seq)}-`

  /** The range that begins here, where one does: from before a crash that came between the object and the cursor. */
  async function existing(seq: number, signal: AbortSignal): Promise<string | undefined> {
    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: beginning(seq), MaxKeys: 1 }), { abortSignal: signal })
    return listed.Contents?.[0]?.Key
  }

  /** How many of these lines lie in that object, locked; 0 where it is none of ours. */
  async function heldIn(key: string, lines: readonly ChainLine[], until: number, signal: AbortSignal): Promise<number> {
    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
    const held = (await found.Body?.transformToString('utf8')) ?? ''
    const count = held.split('\n').length - 1
    const isOurs = count <= lines.length && held === contentOf(lines.slice(0, count))
    const isLocked = found.ObjectLockMode === 'COMPLIANCE' && (found.ObjectLockRetainUntilDate?.getTime() ?? 0) >= until - skewMs
    return isOurs && isLocked ? count : 0
  }

  async function put(lines: readonly ChainLine[], signal: AbortSignal): Promise<Delivery> {
    const [first, last] = [lines[0], lines.at(-1)]
    if (!first || !last) return { taken: 0 }
    const until = clock.now() + retentionDays * day
    const before = await existing(first.seq, signal)
    if (before !== undefined) {
      // It is locked since then: some days of its time may have passed.
      const taken = await heldIn(before, lines, clock.now(), signal)
      return taken > 0 ? { taken } : { taken: 0, failure: 'conflict' }
    }
    const key = `${beginning(first.seq)}${padded(last.seq)}.jsonl`
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(contentOf(lines), 'utf8'), ContentType: 'application/x-ndjson', ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(until) }),
      { abortSignal: signal },
    )
    const taken = await heldIn(key, lines, until, signal)
    return taken === lines.length ? { taken } : { taken: 0, failure: 'conflict' }
  }

  return async (lines, signal) => {
    try {
      return await put(lines, signal)
    } catch (error) {
      return { taken: 0, failure: signal.aborted ? 'cancelled' : s3Failure(error) }
    }
  }
}

const contentOf = (lines: readonly ChainLine[]) => lines.map(({ text }) => `${text}\n`).join('')
/** In the order of the names the ranges are in order. */
const padded = (seq: number) => String(seq).padStart(12, '0')

function s3Failure(error: unknown): FailureKind {
  if (!(error instanceof S3ServiceException)) return kindOf(error)
  const status = error.$metadata.httpStatusCode ?? 0
  if (status === 429 || error.name === 'SlowDown') return 'throttled'
  if (status >= 500) return 'server'
  if (status === 404) return 'not-found'
  // Keys that are refused, and a bucket without a lock: somebody has to see to it.
  return 'forbidden'
}
