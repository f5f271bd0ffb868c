import { execFile } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type AuditChain, createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'
import type { AuditHeader, AuditPort } from '../../shared/audit.ts'
import { PatientId, sections } from '../../shared/contract/index.ts'
import { openBare } from './bare.ts'
import { openAndClose } from './chart.ts'
import { atLeast, atMost, type Figure, median } from './figures.ts'
import { withRig, withWorkplace } from './rig.ts'

/** What the audit chain costs, in process, on the disk that holds the system's temporary files. */
export async function benchAudit(): Promise<readonly Figure[]> {
  const root = await mkdtemp(join(tmpdir(), 'chartkeep-bench-audit-'))
  try {
    return [...(await oneAtATime(join(root, 'one'))), ...(await inGroups(join(root, 'groups'))), ...(await addedToAChart(join(root, 'chart')))]
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const key = { deviceId: 'AAAAAAAAAAAAAAAAAAAAAA', publicJwk: { x: String(publicKey.export({ format: 'jwk' }).x) }, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
const look = (number: number): AuditHeader => ({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'b6a3f2c9-1d4e-4f8a-9a77-0e2d5c6b7a81', correlation: number.toString(16).padStart(8, '0') })

function chainIn(folder: string): AuditChain {
  return createAuditChain({ disk: chainFolder(folder), clock: { now: () => Date.now() }, monotonic: () => performance.now(), actor: () => ({ user: 'q3vX0m1JcP7hYk2b', device: key.deviceId, epoch: 3 }), log: { event: () => undefined, foreign: () => undefined }, key })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const pairs = 400

/** An entry by itself against as many bytes appended and synced bare, turn by turn so that both meet the same disk. */
async function oneAtATime(folder: string): Promise<readonly Figure[]> {
  const chain = chainIn(folder)
  await chain.open()
  const bare = await open(`${folder}-bare`, 'a')
  const bytes = Buffer.alloc(420, 0x20)
  const [floor, ours]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < pairs; turn += 1) {
    floor.push(await timed(async () => { await bare.appendFile(bytes); await bare.datasync() }))
    ours.push(await timed(() => chain.intent(look(turn))))
  }
  await Promise.all([bare.close(), chain.close()])
  return [
    atMost('audit entry, durable, one at a time, against an append and one fdatasync (medians)', median(ours) / median(floor), '×', 1.5, median(floor)),
  ]
}

const grouped = 200_000
/** So long that it no longer counts how a thread begins: some years of a workstation. */
const long = 2_000_000
/** So many wait together at most, as when many charts are opened at once. */
const company = 2_000

const Turns = z.array(z.object({ whole: z.number(), entryByEntry: z.number(), alone: z.number(), together: z.number() }))

/** The same in company; then what was written is verified, and once more when it has become long. */
async function inGroups(folder: string): Promise<readonly Figure[]> {
  const took = await written(folder, 0, grouped)
  const shortTurns = await verifyTurns(folder, 11)
  await written(folder, grouped, long)
  const longTurns = await verifyTurns(folder, 5)
  const more = `, ${long.toLocaleString('en')} entries`
  return [
    atLeast('audit entries, durable, in groups', grouped / (took / 1_000), '/s', 15_000),
    ...against(shortTurns, 'entryByEntry', 'bare SHA-256 of each entry as stored'),
    ...against(shortTurns, 'whole', 'one SHA-256 over the same files whole'),
    ...against(longTurns, 'entryByEntry', `bare SHA-256 of each entry as stored${more}`),
    ...against(longTurns, 'whole', `one SHA-256 over the same files whole${more}`),
  ]
}

/** Writes entries, and gives the milliseconds that it took once the chain was open. */
async function written(folder: string, from: number, to: number): Promise<number> {
  const chain = chainIn(folder)
  await chain.open()
  const took = await timed(async () => {
    for (let done = from; done < to; done += company) await Promise.all(Array.from({ length: company }, (_, index) => chain.intent(look(done + index))))
  })
  await chain.close()
  return took
}

/** Verified and compared in a process of its own, as the command is one. */
async function verifyTurns(folder: string, count: number): Promise<z.infer<typeof Turns>> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'audit', 'verify-turns.ts'), folder, key.publicJwk.x, String(count)])
  return Turns.parse(JSON.parse(stdout))
}

/** The floors have one thread; so has the first of each pair, and the other says that it has two. */
function against(turns: z.infer<typeof Turns>, floor: 'whole' | 'entryByEntry', what: string): readonly Figure[] {
  const [least, alone, together] = [median(turns.map((turn) => turn[floor])), median(turns.map((turn) => turn.alone)), median(turns.map((turn) => turn.together))]
  return [
    atLeast(`verify in one thread, against ${what} (medians)`, least / alone, '×', 0.6, least),
    atLeast(`verify in two threads, as the command does here, against the same in one`, least / together, '×', 0.6, least),
  ]
}

/** Charts that are opened twice each way: the first time is for the connections. */
const charts = 25

/**
 * What the audit adds: a whole chart of the sandbox EHR through the real records process, to the page's port, with the real chain and with one
 * that answers at once, turn by turn. What it is added to: the same charts opened in the application, from the click to the paint.
 */
async function addedToAChart(folder: string): Promise<readonly Figure[]> {
  return withRig(async (place) => {
    const bare = await openBare(place)
    const { fhirBase, caFile } = place.ehr.place
    const server = { fhirBase, authority: { pem: readFileSync(caFile, 'utf8') } }
    const chain = chainIn(folder)
    await chain.open()
    const none: AuditPort = { intent: () => Promise.resolve(), outcome: () => undefined }
    const rigs = [none, chain].map((audit) => startRig({ server, token: bare.token(), nextToken: bare.token(), folder: undefined, audit }))
    const times: number[][] = [[], []]
    try {
      for (let round = 0; round < 3; round += 1) {
        for (const [turn, { id }] of (await bare.patients(charts)).entries()) {
          // Who goes first finds the EHR's own cache cold.
          for (const index of turn % 2 === 0 ? [0, 1] : [1, 0]) {
            const took = await opening(rigs[index], id)
            if (round > 0) times[index]?.push(took)
          }
        }
      }
    } finally {
      for (const rig of rigs) await rig.stop()
      await chain.close()
    }
    const people = await bare.patients(15)
    await bare.close()
    const opened = await withWorkplace(place, async (workplace) => {
      const seen: number[] = []
      for (const { mrn } of people) seen.push(await openAndClose(workplace, mrn))
      return seen
    })
    const [without = [], withIt = []] = times
    const added = median(withIt.map((each, index) => each - (without[index] ?? each)))
    return [
      atMost('what the audit adds to opening a chart, of click → painted without it (medians)', (added / (median(opened) - added)) * 100, '%', 10, median(opened)),
    ]
  })
}

async function opening(rig: Rig | undefined, id: string): Promise<number> {
  if (rig === undefined) throw new Error('no records process')
  const patient = PatientId.parse(id)
  const tab = rig.tab(patient)
  const took = await timed(async () => {
    const replies = await Promise.all(sections.map((section) => tab.call('chart.section', { patient, section, cause: 'look', want: 'current' })))
    if (replies.some((reply) => 'failure' in reply && reply.failure !== 'not-permitted' && reply.failure !== 'forbidden')) throw new Error(`a section failed: ${JSON.stringify(replies.map((reply) => ('failure' in reply ? reply.failure : 'ok')))}`)
  })
  tab.close()
  return took
}
