import { Policy } from '../../shared/policy.ts'
import type { Asked } from '../auth/still-granted.ts'
import type { Session, SignedIn } from './machine.ts'
import type { Locked } from './states.ts'
import type { RecordsListener } from './records-host.electron.ts'
import { physician, start } from './testing.ts'
import { createWorkstation } from './workstation.ts'
import type { WorkstationParts } from './workstation-parts.ts'

const policy = Policy.parse({ ehr: { fhirBase: 'https://ehr.example.org/fhir', clientId: 'c' } })
export const opened = { part: 'part-1', dataKey: 1, epoch: 1 }
export const locked: Locked = { state: 'locked', epoch: 2, who: physician, reason: 'manual', since: start, needsSignIn: false }
/** What has begun goes as far as it can without the test. */
export const goesOn = () => new Promise((resolve) => setImmediate(resolve))

/** A door that the test opens: whoever waits for it waits until then. */
export function door() {
  let open: () => void = () => undefined
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), passed }
}

/** A workstation without windows and processes; the way to the EHR, and its sign-in, are answered when the test says so. */
export function workstationOf(initial: Session, { way = Promise.resolve(), settled = Promise.resolve(), ask = async () => ({ stands: true, useless: [] }), dropped = Promise.resolve(), flush = async () => undefined, restarts = false }: { readonly way?: Promise<unknown>; readonly settled?: Promise<unknown>; readonly ask?: () => Promise<Asked>; readonly dropped?: Promise<void>; readonly flush?: () => Promise<void>; readonly restarts?: boolean } = {}) {
  const pausing = pauses()
  const started: { readonly userKey: string; readonly state: string; readonly listener: RecordsListener; readonly holds: unknown[]; isEnded: boolean }[] = []
  const connected: number[] = []
  const left: string[] = []
  const waits: number[] = []
  let restarted = 0
  const nothing = () => undefined
  const nobody = async () => undefined
  /** What the page in front is told: of the session, and where it asks `records`. */
  const told: string[] = []
  const page = { loaded: Promise.resolve(), show: ({ state, pin }: { state: string; pin: string }) => void told.push(`${state}, PIN ${pin}`), flush, end: nobody }
  const parts = {
    initial, policy: () => (restarts ? { ...policy, lock: { ...policy.lock, restart: true } } : policy), restart: () => void (restarted += 1),
    clock: { now: () => start }, monotonic: () => start,
    log: { event: nothing, foreign: nothing },
    audit: { tell: nothing, announce: nobody, checkpoint: nobody }, wipe: nobody, left: (userKey: string) => void left.push(userKey),
    vault: { folder: nothing, keepEpoch: nobody, settleKeyPart: () => settled, releaseKeyPart: async () => opened, pinState: async () => 'void', triesLeft: async () => 0 },
    auth: { signIn: () => new Promise(nothing), waiting: async (): Promise<readonly SignedIn[]> => [physician], comeBack: nobody, signOut: nobody, dropAccessToken: nothing, fhirUser: nothing, ask, dropped: () => dropped },
    window: { front: () => page, spare: nothing, swap: () => page, warmSpare: () => page },
    contact: { steady: () => start, ages: () => ({ unheard: 0, sinceSignIn: 0 }), heardPerson: nothing },
    keychain: { keeping: 'sealed', trouble: nothing, onChange: nothing },
    notice: { current: nothing, signedOutAt: nothing, unheardSince: nothing, atWork: nothing, onChange: nothing },
    hearsOrders: () => false, random: () => 1,
    ehr: () => way,
    startRecords: ({ userKey, state }: { userKey: string; state: string }, listener: RecordsListener) => {
      const records = { userKey, state, listener, holds: new Array<unknown>(), isEnded: false }
      started.push(records)
      return { tell: nothing, hold: (holds: unknown) => void records.holds.push(holds), flush: nobody, end: async () => void (records.isEnded = true) }
    },
    connect: () => {
      connected.push(started.length)
      told.push(`records ${started.length}`)
    },
    disconnect: () => void told.push('no records'),
    holds: () => [], forgetClipboard: nobody, closeSignInPage: nothing, newCorrelation: () => '00000000', later: nothing,
    requireSignIn: nobody, wait: pausing.wait, within: async (work: Promise<unknown>, milliseconds: number) => (waits.push(milliseconds), await work, 'done' as const),
  }
  // What the session of a workstation needs, and no more.
  const workstation = createWorkstation(parts as unknown as WorkstationParts)
  return { ...workstation, started, connected, told, left, pausing, waits, restarts: () => restarted }
}

/** What is put off goes on when the test says so. */
function pauses() {
  const asked: { readonly ms: number; readonly over: () => void }[] = []
  return {
    wait: (ms: number) => new Promise<void>((over) => void asked.push({ ms, over })),
    asked: () => asked.map(({ ms }) => ms),
    over: async () => {
      for (const { over } of asked.splice(0)) over()
      await goesOn()
    },
  }
}
