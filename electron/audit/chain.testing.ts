import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import type { CheckpointKey } from './checkpoint.ts'
import { type ChainDisk, chainFolder } from './disk.ts'

/** The folder of the chain of this test, and what was logged about it. */
export let folder = ''
export let logged: string[] = []

/** Gives each test an empty folder. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-'))
    logged = []
  })
  afterEach(() => {
    vi.useRealTimers()
    rmSync(folder, { recursive: true, force: true })
  })
}

export const clock = { now: () => 1_767_225_600_000 }

export function chainOn(disk: ChainDisk = chainFolder(folder), fileBytes?: number, key?: CheckpointKey) {
  return createAuditChain({
    key,
    disk,
    clock,
    monotonic: () => 42,
    actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }),
    log: createLog((line) => logged.push(line), clock),
    ...(fileBytes === undefined ? {} : { fileBytes }),
  })
}

export const look = (more: Partial<AuditHeader> = {}): AuditHeader => ({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: '0a1b2c3d', ...more })
export const file = (n = 1) => join(folder, `chain-${n}.jsonl`)
export const entries = (n = 1) => readFileSync(file(n), 'utf8').split('\n').slice(0, -1).map((line): Record<string, unknown> => JSON.parse(line.slice(65)))

export function ed25519() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicJwk: { x: String(publicKey.export({ format: 'jwk' }).x) }, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
}
