import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createLog } from '../../diagnostics/log.ts'
import { createAuditChain } from '../chain.ts'
import type { CheckpointKey } from '../checkpoint.ts'
import { chainFolder } from '../disk.ts'
import type { Anchor } from './verdict.ts'

export function newKey(deviceId: string): CheckpointKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { deviceId, publicJwk: { x: String(publicKey.export({ format: 'jwk' }).x) }, sign: (bytes) => sign(null, bytes, privateKey) }
}

/** The clocks of whoever writes. */
export const time = { now: 1_767_225_600_000, mono: 0 }
const clock = { now: () => time.now }
export const key = newKey('device-1')

interface Writing {
  readonly key?: CheckpointKey | undefined
  readonly device?: string
  readonly fileBytes?: number
  readonly isUnsigned?: boolean
}

export function chainIn(place: string, { key: signer = key, device = signer.deviceId, fileBytes = 4_194_304, isUnsigned = false }: Writing = {}) {
  return createAuditChain({ disk: chainFolder(place), clock, monotonic: () => time.mono, actor: () => ({ user: 'u', device, epoch: 1 }), log: createLog(() => {}, clock), fileBytes, key: isUnsigned ? undefined : signer })
}

export async function looks(chain: ReturnType<typeof chainIn>, count: number, patient: (look: number) => string = (look) => `p-${look}`): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    time.now += 1_000
    time.mono += 1_000
    await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: patient(i), correlation: '0a1b2c3d' })
  }
}

/** A chain of three files: entries 1–32, checkpoints at 11, 21 and 32. */
export async function write(place: string, writing: Writing = {}): Promise<void> {
  const chain = chainIn(place, { fileBytes: 4_000, ...writing })
  await looks(chain, 9)
  await chain.checkpoint()
  await looks(chain, 9)
  await chain.checkpoint()
  await looks(chain, 10)
  await chain.close()
}

/** Where chains are; and the folder of the one that each test begins with. */
export let root = ''
export let folder = ''

/** Gives each test a chain of its own, and the clocks as they were at its end. */
export function useChain(writeIt: (place: string) => Promise<void> = write): void {
  let written = { ...time }
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'chartkeep-verify-'))
    await writeIt(join(root, 'whole'))
    written = { ...time }
  })
  beforeEach(() => {
    Object.assign(time, written)
    folder = mkdtempSync(join(root, 'case-'))
    putBack()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
}

/** Lays the files of the chain as it was written over those that are there. */
export const putBack = () => cpSync(join(root, 'whole'), folder, { recursive: true })
export const file = (n = 1) => join(folder, `chain-${n}.jsonl`)
export const linesOf = (n = 1) => readFileSync(file(n), 'utf8').split('\n').slice(0, -1)
export const put = (n: number, lines: readonly string[]) => writeFileSync(file(n), lines.map((line) => `${line}\n`).join(''))
export const entryOf = (line: string): Record<string, unknown> => JSON.parse(line.slice(65))
export const allLines = () => readdirSync(folder).toSorted().flatMap((_, index) => linesOf(index + 1))

export function anchorAt(seq: number): Anchor {
  const line = allLines()[seq - 1] ?? ''
  return { seq, hash: line.slice(0, 64) }
}

export const sumOf = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

/** As an attacker writes it who knows the format and has no key. */
export function forge(entry: Record<string, unknown>): string {
  const text = JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))))
  return `${sumOf(text)} ${text}`
}

export const first = (kind: string, more: object = {}) => ({ holds: false, faults: [{ kind, ...more }] })
