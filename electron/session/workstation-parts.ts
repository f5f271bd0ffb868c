import type { Hold } from '../../shared/alerts.ts'
import type { Clock } from '../../shared/clock.ts'
import type { AppInfo, FileCall } from '../../shared/contract/index.ts'
import type { Policy } from '../../shared/policy.ts'
import type { AuditChain } from '../audit/chain.ts'
import type { Log } from '../diagnostics/log.ts'
import type { DeviceProof, PortPurpose, ProposedFile, RecordsStart, UnsentWork } from '../records/protocol.ts'
import type { Page } from '../windows/page.ts'
import type { WorkstationWindow } from '../windows/workstation-window.ts'
import type { Contact } from './contact.ts'
import type { EndingsParts } from './endings.ts'
import type { Session } from './machine.ts'
import type { AuthPort, KeychainPort, NoticePort, VaultPort } from './ports.ts'
import type { RecordsListener, RecordsProcess } from './records-host.electron.ts'
import type { UnfinishedFiles } from './unfinished-files.ts'

/** What a workstation is made of: `compose.ts` gives it the real things, tests give it others. */
export interface WorkstationParts extends Pick<EndingsParts, 'requireSignIn' | 'wipe'> {
  readonly clock: Clock
  /** Milliseconds of a clock that nobody can set. */
  monotonic(): number
  readonly log: Log
  readonly initial: Session
  policy(): Policy
  readonly audit: AuditChain
  readonly vault: VaultPort
  readonly auth: AuthPort
  readonly window: WorkstationWindow
  readonly contact: Pick<Contact, 'steady' | 'ages' | 'heardPerson'>
  readonly keychain: KeychainPort
  readonly notice: NoticePort
  /** What `records` needs of the EHR's policy: base, authorities, pins, proxy. */
  ehr(): Promise<RecordsStart['ehr']>
  startRecords(start: RecordsStart, listener: RecordsListener): RecordsProcess
  connect(page: Page, records: RecordsProcess, purpose: PortPurpose, epoch: number): void
  disconnect(page: Page): void
  /** How much of this user's work is not at the EHR. */
  unsent(userKey: string, count: UnsentWork): void
  /** The charts that are held from this user; undefined while that is not known. */
  holds(userKey: string): readonly Hold[] | undefined
  deviceProof(): Promise<DeviceProof | undefined>
  /** Opens the dialog in which a person says where to save; undefined where they do not, and from a lock on. */
  chooseFile(file: ProposedFile): Promise<string | undefined>
  readonly files: UnfinishedFiles
  /** Opens the dialog in which a person picks a file to read; undefined as above. */
  pickFile(call: FileCall): Promise<string | undefined>
  forgetClipboard(): Promise<void>
  closeSignInPage(): void
  /** Orders reach this workstation, so that nobody here is locked out without its knowing. */
  hearsOrders(): boolean
  /** From 0 to 1. */
  random(): number
  newCorrelation(): string
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  wait(milliseconds: number): Promise<unknown>
  /** Runs when the work at hand is done. */
  later(work: () => void): void
  /** After a lock, where policy asks for a whole new process tree. */
  restart(): void
  info(): AppInfo
  /** Somebody came or went. */
  onSession?(): void
  /** This person's session is open no more. */
  left?(userKey: string): void
  /** Others may wait here than before. */
  onWaiting?(): void
}
