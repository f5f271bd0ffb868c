export { createTransport, defaultLimits, type HttpCall, type HttpReply, type Limits, type Transport, type TransportParts } from './transport.ts'
export { spkiPin } from './pinning.ts'
export { isReset, networkFailure } from './failures.ts'
