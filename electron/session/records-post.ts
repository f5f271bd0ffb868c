import { randomUUID } from 'node:crypto'
import type { Hold } from '../../shared/alerts.ts'
import type { AuditChain } from '../audit/chain.ts'
import type { FileCall, PatientId, TabId } from '../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { Log } from '../diagnostics/log.ts'
import type { DeviceProof, PortPurpose, ProposedFile, RecordsStart, UnsentWork } from '../records/protocol.ts'
import type { Page } from '../windows/page.ts'
import { createChartTabs } from './chart-tabs.ts'
import { isOpen, type Locked, type Open, type Session, type SessionEvent, type SignedIn } from './machine.ts'
import type { AuthPort, VaultPort } from './ports.ts'
import type { RecordsListener, RecordsProcess } from './records-host.electron.ts'
import type { UnfinishedFiles } from './unfinished-files.ts'

export interface RecordsPostParts {
  session(): Session
  dispatch(event: SessionEvent): void
  front(): Page
  readonly log: Log
  readonly audit: AuditChain
  readonly vault: VaultPort
  readonly auth: AuthPort
  policy(): Policy
  ehr(): Promise<RecordsStart['ehr']>
  startRecords(start: RecordsStart, listener: RecordsListener): RecordsProcess
  connect(page: Page, records: RecordsProcess, purpose: PortPurpose, epoch: number): void
  /** The page asks the one that it was connected to nothing more, and waits for the next. */
  disconnect(page: Page): void
  /** A proof of the workstation's key, for the one address where the EHR releases shares; undefined where there is no key. */
  deviceProof(): Promise<DeviceProof | undefined>
  /** Opens the dialog in which a person says where to save. Rejects `file-dialog` where it does not come up, or ends without an answer: nobody has left it. */
  chooseFile(file: ProposedFile): Promise<string | undefined>
  readonly files: UnfinishedFiles
  /** Opens the dialog in which a person picks a file to read. Rejects as `chooseFile` does. */
  pickFile(call: FileCall): Promise<string | undefined>
  newCorrelation(): string
  /** The charts that are held from this user; undefined while that is not known. */
  holds(userKey: string): readonly Hold[] | undefined
  /** How much of this user's work is not at the EHR. */
  unsent(userKey: string, count: UnsentWork): void
  /** The EHR took a token of this user. */
  heard(userKey: string): void
  /** Resolves when the EHR has said whether it stands by this user, or does not say so soon; what it said is dispatched. Never rejects. */
  beforeData(userKey: string): Promise<void>
  /** `records` ended by itself. */
  lost(userKey: string): void
  /** It was ended, and another is to be prepared once it is. */
  shut(userKey: string, ended: Promise<void>): void
}

/** The `records` process of whoever is at the workstation, and what `main` does for it. */
export interface RecordsPost {
  current(): RecordsProcess | undefined
  /** Takes it out, to be ended: nothing is asked of it any more, and its tabs are closed. */
  release(): RecordsProcess | undefined
  /** Resolves when it is known in which epoch the one that was released has left its files. */
  left(): Promise<void>
  /**
   * Another is to be prepared: the one that is there is ended from here on. Before anybody is told what it is prepared for: a PIN that is typed in between
   * waits for the next one, where it would be lost with this one, and a try with it.
   */
  retire(): void
  /** A fresh one for the user, with the vault still shut, and its port for the page in front. `hasJustSignedIn`: fully, at the EHR. */
  prepare(userKey: string, hasJustSignedIn: boolean): Promise<void>
  /** Gives the page in front its port to `records`, where there is one. */
  join(): Promise<void>
  /** Other charts may be held than before. */
  holdsChanged(): void
  /** `ask`: inputs of `chart.section`, as texts, that go with the port. */
  openTab(patient: PatientId, ask: readonly string[]): TabId
  closeTab(tab: TabId): void
  /** Lets the person pick a file, and names it for one use by the page; undefined: they picked none, or the workstation was locked meanwhile. Rejects `locked` where it is. */
  pickFile(call: FileCall): Promise<string | undefined>
}

/** A keychain that tells nothing, not even that there is a key: the PIN is what it was, once it is back. */
const outOfReach: ReadonlySet<FailureKind> = new Set<FailureKind>(['keychain-missing', 'keychain-locked', 'keychain-denied'])

/** Whose `records` there is to be: behind a sign-in that is under way the one of the lock, to which it comes back if it is given up. */
function ownOf(session: Session): Open | Locked | undefined {
  if (session.state === 'signingIn') return session.back
  return isOpen(session) || session.state === 'locked' ? session : undefined
}

export function createRecordsPost(parts: RecordsPostParts): RecordsPost {
  const { auth, vault, log, dispatch } = parts
  const tabs = createChartTabs()
  let records: RecordsProcess | undefined
  let leaving: Promise<void> = Promise.resolve()
  let retired: Promise<void> = Promise.resolve()

  async function prepare(userKey: string, hasJustSignedIn: boolean): Promise<void> {
    retire()
    await retired
    const ehr = await parts.ehr()
    const session = ownOf(parts.session())
    if (session?.who.userKey !== userKey) return
    const { cache, pin } = parts.policy()
    const { epoch, state, who } = session
    const start = { epoch, userKey, displayName: who.user.displayName, fhirUser: auth.fhirUser(userKey), vaultFolder: vault.folder(userKey), ehr, cache, pin, state, hasJustSignedIn, role: who.user.role, permissions: who.permissions }
    const started: RecordsProcess = parts.startRecords(start, listenTo(userKey, epoch, { isCurrent: () => records === started, shutAgain: () => shut(userKey, started) }))
    records = started
    tellHolds()
    await join()
  }

  function retire(): void {
    const old = records
    if (old === undefined) return
    records = undefined
    parts.disconnect(parts.front())
    retired = Promise.allSettled([retired, old.end()]).then(() => undefined)
  }

  function shut(userKey: string, opened: RecordsProcess): void {
    if (records !== opened) return
    records = undefined
    parts.shut(userKey, opened.end())
  }

  /** Until it is known what is held, `records` gives no chart. */
  function tellHolds(): void {
    const session = ownOf(parts.session())
    const holds = session && parts.holds(session.who.userKey)
    if (holds !== undefined) records?.hold(holds)
  }

  async function join(): Promise<void> {
    const [joined, page] = [records, parts.front()]
    if (!joined) return
    // A page that is killed while it loads is not the one in front any more.
    await page.loaded.catch(() => undefined)
    if (records === joined && page === parts.front()) parts.connect(page, joined, { for: 'workspace' }, parts.session().epoch)
  }

  async function unlockFailed(userKey: string, failure: FailureKind, say: (event: SessionEvent) => void): Promise<void> {
    const correlation = parts.newCorrelation()
    const session = parts.session()
    const isHsm = failure.startsWith('hsm-')
    if ((isHsm || outOfReach.has(failure)) && 'who' in session) {
      if (isHsm) log.event('hsm.failed', { failure })
      else log.event('keychain.failed', { operation: 'get', failure })
      say({ type: 'unlock-failed', failure: { kind: failure, correlation }, pin: session.who.pin })
      return
    }
    try {
      // No PIN opens what is damaged, too old or from before a rotation: without this the person would be asked for it for ever.
      if (failure === 'vault-corrupt' || failure === 'vault-older' || failure === 'vault-superseded' || failure === 'keychain-corrupt') await vault.voidPin(userKey)
      const [pin, triesLeft] = await Promise.all([vault.pinState(userKey), vault.triesLeft(userKey)])
      log.event('unlock.failed', { failure, triesLeft })
      const isLast = failure === 'pin-wrong' || failure === 'presence-refused' || failure === 'pin-void'
      const kind = isLast && pin === 'void' ? 'pin-void' : isLast && pin === 'out' ? 'pin-out' : failure
      say({ type: 'unlock-failed', failure: { kind, correlation, triesLeft }, pin })
    } catch (error) {
      say({ type: 'unlock-failed', failure: { kind: kindOf(error), correlation }, pin: 'unavailable' })
    }
  }

  /**
   * What it says and asks counts while this session is on the screen, and it is the one behind it: what comes late is about nobody who sits here now.
   * `shutAgain` ends it, and prepares another.
   */
  function listenTo(userKey: string, epoch: number, { isCurrent, shutAgain }: { isCurrent(): boolean; shutAgain(): void }): RecordsListener {
    const isOnScreen = (session: Session): session is Extract<Session, { who: SignedIn }> => 'who' in session && session.who.userKey === userKey && session.epoch === epoch
    const isHere = () => isOnScreen(parts.session()) && isOpen(parts.session())
    const say = (event: SessionEvent) => {
      if (isCurrent() && isOnScreen(parts.session())) dispatch(event)
    }
    /** A new PIN follows a full sign-in alone. */
    const choosesPin = () => {
      const session = parts.session()
      if (!isOnScreen(session) || !isOpen(session) || session.who.pin === 'set') throw new ChartkeepError('locked')
    }
    /** By which part it was opened; what this process may replace is that one alone. */
    let opened: { readonly part: string; readonly settled: Promise<unknown> } | undefined
    let fresh: string | undefined
    /** While the PIN is being proved the EHR is asked, too. */
    let asking: Promise<void> = Promise.resolve()
    const writing = new Set<string>()
    return {
      token: async (refused, to) => {
        try {
          await auth.handOutToken(userKey, refused, to)
        } catch (error) {
          // The EHR has ended the session: what is shown is locked, and only a full sign-in opens it.
          if (kindOf(error) === 'unauthorized') say({ type: 'token-refused' })
          throw error
        }
      },
      keyPart: async (part) => {
        // A limit may have passed since anybody looked.
        dispatch({ type: 'tick' })
        const session = parts.session()
        if (!isCurrent() || !isOnScreen(session) || session.state !== 'locked' || session.needsSignIn || session.who.pin === 'out') throw new ChartkeepError('locked')
        asking = parts.beforeData(userKey)
        return vault.releaseKeyPart(userKey, part)
      },
      newKeyPart: async (named) => {
        choosesPin()
        return vault.renewKeyPart(userKey, named)
      },
      pinSet: async (set) => {
        choosesPin()
        await vault.settleKeyPart(userKey, set, 'new-pin')
        say({ type: 'pin-set' })
      },
      deviceProof: async () => {
        // The EHR gives its part of the key for it: who asked for that, and when, is recorded here too.
        await parts.audit.intent({ event: 'vault.share-ask', action: 'E', outcome: 'intent', cause: 'look', correlation: parts.newCorrelation() })
        return parts.deviceProof()
      },
      chooseFile: async (proposed) => {
        const path = isHere() ? await parts.chooseFile(proposed) : undefined
        // Chosen behind the lock screen: by whoever stands there now.
        if (path === undefined || !isHere()) return undefined
        const file = await parts.files.begin(path)
        if (isHere()) {
          writing.add(file.part)
          return file
        }
        void parts.files.ended([file.part])
        return undefined
      },
      // Of what it was given alone.
      fileEnded: (part) => {
        if (writing.delete(part)) void parts.files.ended([part])
      },
      ended: () => {
        if (writing.size > 0) void parts.files.ended([...writing])
        writing.clear()
      },
      audit: (header) => parts.audit.intent(header),
      audited: (header) => parts.audit.outcome(header),
      nextKeyPart: async (named) => {
        // Not beside what is still being put in order.
        await opened?.settled
        if (!isHere() || named !== opened?.part) throw new ChartkeepError('locked')
        const next = await vault.succeedKeyPart(userKey, named)
        fresh = next.id
        return next
      },
      keyRotated: async (rotated) => {
        if (rotated.part !== fresh) throw new ChartkeepError('locked')
        await vault.settleKeyPart(userKey, rotated, 'rotation')
        opened = { part: rotated.part, settled: Promise.resolve() }
      },
      unlocked: (unlocked) => {
        const settled = vault
          .settleKeyPart(userKey, unlocked, 'unlock')
          .then(() => asking)
          .then(
            () => say({ type: 'unlocked' }),
            // The right PIN, which is not known to be: the next one has to be asked for.
            (error: unknown) => unlockFailed(userKey, kindOf(error), say),
          )
          .then(() => {
            // A sign-in lies over the lock, or the PIN was voided: what it has opened is not left open behind the lock.
            if (!isHere()) shutAgain()
          })
        opened = { part: unlocked.part, settled }
      },
      left: (epoch) => {
        leaving = vault.keepEpoch(userKey, epoch).catch((error: unknown) => log.event('vault.failed', { failure: kindOf(error) }))
      },
      // About the vault, whoever is on the screen by now.
      unsent: (count) => parts.unsent(userKey, count),
      unlockFailed: (failure) => void unlockFailed(userKey, failure, say),
      heard: () => parts.heard(userKey),
      log: (event, fields) => log.foreign(event, fields),
      lost: () => {
        log.event('process.gone', { process: 'records', reason: 'other', expected: false })
        records = undefined
        parts.lost(userKey)
      },
    }
  }

  return {
    current: () => records,
    release: () => {
      const released = records
      records = undefined
      tabs.closeAll()
      return released
    },
    left: () => leaving,
    retire,
    prepare,
    join,
    holdsChanged: tellHolds,
    openTab: (patient, ask) => {
      if (!records) throw new ChartkeepError('locked')
      const tab = tabs.open(patient)
      parts.connect(parts.front(), records, { for: 'tab', tab, patient, ask }, parts.session().epoch)
      return tab
    },
    pickFile: async (call) => {
      // The dialog shows folders: never to whoever stands before a lock screen.
      if (!isOpen(parts.session())) throw new ChartkeepError('locked')
      const asked = records
      const path = await parts.pickFile(call)
      // Who sits here now may be somebody else: what was picked before a lock is nobody's.
      if (path === undefined || asked === undefined || records !== asked) return undefined
      const grant = randomUUID()
      asked.grantFile(grant, path)
      return grant
    },
    closeTab: (tab) => {
      tabs.close(tab)
      records?.closeTab(tab)
    },
  }
}
