import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A request as Signature Version 4 sees it. Header names in lower case. */
export interface Signed {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()

const form = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/
const toleranceMs = 15 * 60_000

export type Verdict = 'signed' | 'SignatureDoesNotMatch' | 'InvalidAccessKeyId' | 'RequestTimeTooSkewed' | 'XAmzContentSHA256Mismatch' | 'AccessDenied'

/**
 * Verifies AWS Signature Version 4 in the header, over the whole body
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). Chunked and unsigned payloads are not taken.
 */
export function verifySignature({ method, url, headers, body }: Signed, key: AccessKey, region: string, now: number): Verdict {
  const [, id, day = '', asked, names = '', signature = ''] = form.exec(headers['authorization'] ?? '') ?? []
  const at = headers['x-amz-date'] ?? ''
  const digest = headers['x-amz-content-sha256'] ?? ''
  if (id === undefined) return 'AccessDenied'
  if (id !== key.id) return 'InvalidAccessKeyId'
  const moment = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at)
  if (!moment || !at.startsWith(day) || asked !== region) return 'SignatureDoesNotMatch'
  const [, y, m, d, h, min, s] = moment.map(Number)
  if (Math.abs(Date.UTC(y ?? 0, (m ?? 1) - 1, d, h, min, s) - now) > toleranceMs) return 'RequestTimeTooSkewed'
  if (sha256(body) !== digest) return 'XAmzContentSHA256Mismatch'
  // What changes what is done has to be signed for.
  const signed = names.split(';')
  if (!signed.includes('host') || Object.keys(headers).some((name) => name.startsWith('x-amz-') && !signed.includes(name))) return 'AccessDenied'
  const [path = '/', query = ''] = url.split('?', 2)
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).toSorted().join('&')
  const canonical = [method, path, parameters, ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`), '', names, digest].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')
  const signing = [region, 's3', 'aws4_request'].reduce<Buffer>((secret, part) => hmac(secret, part), hmac(`AWS4${key.secret}`, day))
  return timingSafeEqual(hmac(signing, toSign), Buffer.from(signature, 'hex')) ? 'signed' : 'SignatureDoesNotMatch'
}

const encoded = (text: string) => encodeURIComponent(text).replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
