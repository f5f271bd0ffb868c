export type { Connection, KeepingTrouble } from '../../shared/bridge.ts'
export { type Bridge, createBridge } from './bridge.ts'
export { CallFailure, failureOf, type ShownFailure } from './reply.ts'
export { exposed } from './window.ts'
