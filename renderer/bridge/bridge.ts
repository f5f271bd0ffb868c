import { alertRules, type Hold } from '../../shared/alerts.ts'
import type { ChartkeepBridge, ChartkeepEvents, Connection, KeepingTrouble, MayLeave, UploadTold } from '../../shared/bridge.ts'
import type { InputOf, NamesVia, OutputOf, SessionView, TabId, Upload } from '../../shared/contract/index.ts'
import { CallFailure, isFailureKind, parseObject, readReply } from './reply.ts'

type Unsubscribe = () => void

/** The contract as the renderer calls it: typed, and failing with `CallFailure`. */
export interface Bridge {
  /** Calls a row that `main` or the workspace port answers. */
  readonly call: <N extends NamesVia<'main' | 'workspace'>>(name: N, input: InputOf<N>) => Promise<OutputOf<N>>
  /** Calls a row that the workspace port answers, for as long as the answer is wanted: once the signal aborts, it fails with `cancelled` and the EHR is left. */
  readonly callUntil: <N extends NamesVia<'workspace'>>(left: AbortSignal, name: N, input: InputOf<N>) => Promise<OutputOf<N>>
  /** Calls a row on the port of a chart tab; `records` refuses any patient but the tab's. */
  readonly callTab: <N extends NamesVia<'tab'>>(tab: TabId, name: N, input: InputOf<N>) => Promise<OutputOf<N>>
  readonly onSession: (listener: (session: SessionView) => void) => Unsubscribe
  readonly onConnection: (listener: (connection: Connection) => void) => Unsubscribe
  /** Told what cannot be kept just now; nothing where all is well. */
  readonly onKeeping: (listener: (trouble: KeepingTrouble | undefined) => void) => Unsubscribe
  /** Told which charts are held until a reason is given, all of them. */
  readonly onHolds: (listener: (holds: readonly Hold[]) => void) => Unsubscribe
  /** Told where a file of a note is on its way into the record. */
  readonly onUpload: (listener: (told: UploadTold) => void) => Unsubscribe
  readonly onFlush: (listener: () => Promise<void>) => Unsubscribe
}

/** Wraps what the preload exposes. */
export function createBridge(procedures: ChartkeepBridge, events: ChartkeepEvents): Bridge {
  return {
    async call(name, input) {
      // The router parsed the output with the row's schema before it was sent: its type is the row's.
      return readReply(await procedures[name](JSON.stringify(input))) as OutputOf<typeof name>
    },
    async callUntil(left, name, input) {
      const mayLeave: MayLeave = (leave) => left.addEventListener('abort', leave, { once: true })
      if (left.aborted) throw new CallFailure('cancelled', '')
      // As above.
      return readReply(await procedures[name](JSON.stringify(input), mayLeave)) as OutputOf<typeof name>
    },
    async callTab(tab, name, input) {
      // As above.
      return readReply(await procedures[name](tab, JSON.stringify(input))) as OutputOf<typeof name>
    },
    onSession: (listener) => events.onSession((text) => listener(readSession(text))),
    onConnection: (listener) =>
      events.onConnection((text) => {
        const connection = parseObject(text)
        if (connection && typeof connection['online'] === 'boolean' && typeof connection['since'] === 'number') {
          listener({ online: connection['online'], since: connection['since'] })
        }
      }),
    onKeeping: (listener) => events.onKeeping((text) => listener(readTrouble(text))),
    onHolds: (listener) => events.onHolds((text) => listener(readHolds(text))),
    onUpload: (listener) =>
      events.onUpload((text) => {
        const told = readUploadTold(text)
        if (told !== undefined) listener(told)
      }),
    onFlush: (listener) => events.onFlush(listener),
  }
}

const stores: ReadonlySet<unknown> = new Set<KeepingTrouble['what']>(['audit', 'work', 'cache', 'found'])

function readTrouble(text: string): KeepingTrouble | undefined {
  const trouble = parseObject(text)?.['trouble']
  if (typeof trouble !== 'object' || trouble === null || !('what' in trouble) || !('failure' in trouble)) return undefined
  // The set holds every store there is and nothing else.
  return stores.has(trouble.what) && isFailureKind(trouble.failure) ? { what: trouble.what as KeepingTrouble['what'], failure: trouble.failure } : undefined
}

/** A hold that cannot be read is left out: `records` gives nothing of its chart all the same. */
function readHolds(text: string): readonly Hold[] {
  const holds = parseObject(text)?.['holds']
  return (Array.isArray(holds) ? holds : []).flatMap((hold: unknown): Hold[] => {
    if (typeof hold !== 'object' || hold === null || !('rule' in hold)) return []
    const rule = alertRules.find((each) => each === hold.rule)
    const patient = 'patient' in hold ? hold.patient : undefined
    if (rule === undefined || (patient !== undefined && typeof patient !== 'string')) return []
    return [{ rule, ...(patient === undefined ? {} : { patient }) }]
  })
}

function readUploadTold(text: string): UploadTold | undefined {
  const told = parseObject(text)
  const upload = told && readUpload(told['upload'])
  return upload && typeof told['patient'] === 'string' && typeof told['attachment'] === 'string' ? { patient: told['patient'], attachment: told['attachment'], upload } : undefined
}

function readUpload(upload: unknown): Upload | undefined {
  if (typeof upload !== 'object' || upload === null || !('state' in upload)) return undefined
  switch (upload.state) {
    case 'kept':
    case 'waiting':
    case 'unconfirmed':
      return { state: upload.state }
    case 'sending':
      return 'share' in upload && typeof upload.share === 'number' ? { state: 'sending', share: upload.share } : undefined
    case 'sent':
      return 'at' in upload && typeof upload.at === 'number' ? { state: 'sent', at: upload.at } : undefined
    case 'refused':
      return 'failure' in upload && isFailureKind(upload.failure) ? { state: 'refused', failure: upload.failure } : undefined
    default:
      return undefined
  }
}

/** Unknown means locked: a session that cannot be read shows nothing of a patient. */
function readSession(text: string): SessionView {
  const session = parseObject(text)
  if (session && typeof session['state'] === 'string' && typeof session['epoch'] === 'number') {
    // `main` builds it as a SessionView and sends nothing else; the two fields that decide were looked at.
    return session as unknown as SessionView
  }
  return { state: 'locked', epoch: -1, permissions: [], pin: 'unavailable', signInPage: false, keeping: 'memory-only' }
}
