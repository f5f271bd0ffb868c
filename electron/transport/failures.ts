import { errorCode } from '../../shared/error-code.ts'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'

const kinds: Readonly<Record<string, FailureKind>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  ERR_BUFFER_TOO_LARGE: 'too-large',
  ENOTFOUND: 'offline',
  EAI_AGAIN: 'offline',
  ECONNREFUSED: 'offline',
  ECONNRESET: 'offline',
  ECONNABORTED: 'offline',
  EHOSTUNREACH: 'offline',
  EHOSTDOWN: 'offline',
  ENETUNREACH: 'offline',
  ENETDOWN: 'offline',
  EADDRNOTAVAIL: 'offline',
  EPIPE: 'offline',
  UND_ERR_SOCKET: 'offline',
  UND_ERR_CLOSED: 'offline',
  UND_ERR_DESTROYED: 'offline',
  // A proxy that is not there or does not let us through: to the person, there is no way to the EHR.
  UND_ERR_PRX_TLS: 'offline',
  UND_ERR_ABORTED: 'offline',
  EPROTO: 'untrusted-certificate',
  // Undici asserts that a status is one.
  ERR_ASSERTION: 'server',
  // X509_V_ERR_UNSPECIFIED: BoringSSL's word for a chain with something in it that it does not know.
  UNSPECIFIED: 'untrusted-certificate',
}

/** OpenSSL's and BoringSSL's names for a chain, a name or a protocol version that does not hold. */
const tlsRefusal = /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERROR_IN_CERT)/

/** What an error of the network, of TLS or of the parser means to the person who waits. */
export function networkFailure(error: unknown): ChartkeepError {
  if (error instanceof ChartkeepError) return error
  for (const code of codes(error)) {
    const kind = kinds[code] ?? (tlsRefusal.test(code) ? 'untrusted-certificate' : undefined)
    if (kind !== undefined) return new ChartkeepError(kind, {}, { cause: error })
    if (code.startsWith('HPE_') || code.startsWith('UND_ERR_') || code.startsWith('Z_')) return new ChartkeepError('server', {}, { cause: error })
  }
  // What came is not HTTP. Undici's parser leaves its code out now and then: its name says it.
  if (error instanceof Error && error.name === 'HTTPParserError') return new ChartkeepError('server', {}, { cause: error })
  return new ChartkeepError('internal', {}, { cause: error })
}

/** Tells whether a kept connection broke under the request, so that an idempotent one may be sent again at once. */
export function isReset(error: unknown): boolean {
  for (const code of codes(error)) if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return true
  return false
}

/** The codes of an error, of its cause, and of the attempts it sums up (one for each address that was tried). */
function* codes(error: unknown): Generator<string> {
  if (!(error instanceof Error)) return
  const code = errorCode(error)
  if (code !== undefined) yield code
  if (error.cause !== undefined) yield* codes(error.cause)
  if (error instanceof AggregateError) for (const attempt of error.errors) yield* codes(attempt)
}
