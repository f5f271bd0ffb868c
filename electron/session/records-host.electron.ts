import { MessageChannelMain, type MessagePortMain, utilityProcess, type UtilityProcess } from 'electron'
import { assertNever } from '../../shared/assert-never.ts'
import type { Hold } from '../../shared/alerts.ts'
import type { AuditHeader } from '../../shared/audit.ts'
import type { Permission, SessionState, TabId } from '../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../shared/errors.ts'
import type { ChosenFile, DeviceProof, FromRecords, PortPurpose, ProposedFile, RecordsLimits, RecordsStart, ToRecords, UnsentWork } from '../records/protocol.ts'
import { childEnvironment } from './child-environment.ts'
import type { Opened, TokenPort, VaultPort } from './ports.ts'

/** What `records` may ask of `main`, and what it tells. */
export interface RecordsListener {
  /** Has an access token sent over the port. */
  token(refused: boolean, to: TokenPort): Promise<void>
  /** Counts the try before it resolves. */
  keyPart(part: string): ReturnType<VaultPort['releaseKeyPart']>
  newKeyPart(named: string | undefined): ReturnType<VaultPort['renewKeyPart']>
  /** Resolves when the new PIN is the one that counts. */
  pinSet(opened: Opened): Promise<void>
  nextKeyPart(named: string): ReturnType<VaultPort['succeedKeyPart']>
  /** Resolves when the part before is gone. */
  keyRotated(opened: Opened): Promise<void>
  deviceProof(): Promise<DeviceProof | undefined>
  /** Has the person choose a file; undefined where they do not. Rejects where they could not be asked. */
  chooseFile(file: ProposedFile): Promise<ChosenFile | undefined>
  /** It writes there no more. */
  fileEnded(part: string): void
  audit(header: AuditHeader): Promise<void>
  audited(header: AuditHeader): void
  unlocked(opened: Opened): void
  /** The EHR has taken the user's token. */
  heard(): void
  /** The epoch in which the vault's files were left. */
  left(epoch: number): void
  unlockFailed(failure: FailureKind): void
  unsent(count: UnsentWork): void
  log(event: string, fields: Readonly<Record<string, number | boolean | string>>): void
  /** The process ended, whoever wanted it: it writes nothing any more. */
  ended(): void
  /** The process ended and nobody asked it to. */
  lost(): void
}

export interface RecordsProcess {
  readonly pid: number | undefined
  attach(purpose: PortPurpose, epoch: number, port: MessagePortMain): void
  closeTab(tab: TabId): void
  /** The person has chosen this file: `records` alone reads it. */
  grantFile(grant: string, path: string): void
  /** What the policy limits from now on. */
  limit(limits: RecordsLimits): void
  /** Which charts are held, all of them. */
  hold(holds: readonly Hold[]): void
  tell(state: SessionState, permissions: readonly Permission[]): void
  /** Resolves when everything is committed. */
  flush(): Promise<void>
  /** Kills it and resolves when it is reaped. */
  end(): Promise<void>
}

const openedOf = ({ part, dataKey, epoch }: Opened): Opened => ({ part, dataKey, epoch })

/** Starts `records` for one user and one epoch. */
export function startRecords(script: string, start: RecordsStart, listener: RecordsListener): RecordsProcess {
  const child: UtilityProcess = utilityProcess.fork(script, [], { serviceName: 'Chartkeep records', stdio: 'ignore', env: childEnvironment(process.env) })
  const flushes = new Map<number, () => void>()
  let lastRequest = 0
  let ending = false
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      for (const done of flushes.values()) done()
      resolve()
      listener.ended()
      if (!ending) listener.lost()
    })
  })
  const spawned = new Promise<void>((resolve) => {
    child.once('spawn', () => resolve())
  })

  const send = (message: ToRecords, ports?: MessagePortMain[]) => child.postMessage(message, ports)
  child.on('message', (message: FromRecords) => receive(message))
  send({ kind: 'start', start })

  const refuse = (request: number) => (error: unknown) =>
    send({ kind: 'key-refused', request, failure: kindOf(error), triesLeft: error instanceof ChartkeepError ? (error.facts.triesLeft ?? 0) : 0 })

  function receive(message: FromRecords): void {
    switch (message.kind) {
      case 'ready':
        return
      case 'want-token': {
        // Who has the token sends it to who wants it: it does not pass through here.
        const { port1, port2 } = new MessageChannelMain()
        send({ kind: 'token', request: message.request }, [port1])
        listener.token(message.refused, port2).catch((error: unknown) => send({ kind: 'token-refused', request: message.request, failure: kindOf(error) }))
        return
      }
      case 'want-key':
        listener.keyPart(message.part).then(({ part, triesLeft, epoch, due }) => send({ kind: 'key-part', request: message.request, part, triesLeft, epoch, due }), refuse(message.request))
        return
      case 'want-new-key':
        listener.newKeyPart(message.named).then(({ fresh, named, epoch }) => send({ kind: 'new-key-part', request: message.request, ...fresh, named, epoch }), refuse(message.request))
        return
      case 'pin-set':
        listener.pinSet(openedOf(message)).then(() => send({ kind: 'key-settled', request: message.request }), refuse(message.request))
        return
      case 'want-next-key':
        listener.nextKeyPart(message.named).then((fresh) => send({ kind: 'next-key-part', request: message.request, ...fresh }), refuse(message.request))
        return
      case 'key-rotated':
        listener.keyRotated(openedOf(message)).then(() => send({ kind: 'key-settled', request: message.request }), refuse(message.request))
        return
      case 'want-proof':
        listener.deviceProof().then((proof) => send({ kind: 'device-proof', request: message.request, proof }), refuse(message.request))
        return
      case 'want-file':
        listener.chooseFile(message.file).then(
          (file) => send({ kind: 'chosen-file', request: message.request, file }),
          (error: unknown) => send({ kind: 'file-refused', request: message.request, failure: kindOf(error) }),
        )
        return
      case 'file-ended':
        listener.fileEnded(message.part)
        return
      case 'want-audit':
        Promise.all(message.headers.map((header) => listener.audit(header))).then(
          () => send({ kind: 'audited', request: message.request }),
          () => send({ kind: 'audit-refused', request: message.request }),
        )
        return
      case 'audit-outcome':
        listener.audited(message.header)
        return
      case 'unlocked':
        listener.unlocked(openedOf(message))
        return
      case 'unlock-failed':
        listener.unlockFailed(message.failure)
        return
      case 'unsent':
        listener.unsent({ drafts: message.drafts, changes: message.changes })
        return
      case 'flushed':
        if (message.epoch !== undefined) listener.left(message.epoch)
        flushes.get(message.request)?.()
        flushes.delete(message.request)
        return
      case 'heard':
        listener.heard()
        return
      case 'log':
        listener.log(message.event, message.fields)
        return
      default:
        assertNever(message)
    }
  }

  return {
    get pid() {
      return child.pid
    },
    attach: (port, epoch, end) => send({ kind: 'port', epoch, port }, [end]),
    closeTab: (tab) => send({ kind: 'close-tab', tab }),
    grantFile: (grant, path) => send({ kind: 'file-grant', grant, path }),
    hold: (holds) => send({ kind: 'holds', holds }),
    limit: (limits) => send({ kind: 'limits', limits }),
    tell: (state, permissions) => send({ kind: 'session', state, permissions }),
    flush: () => {
      lastRequest += 1
      const request = lastRequest
      const flushed = new Promise<void>((resolve) => flushes.set(request, resolve))
      send({ kind: 'flush', request })
      return flushed
    },
    end: async () => {
      ending = true
      // Before it has a pid it has no memory to end; it gets one in a few milliseconds.
      await Promise.race([spawned, exited])
      // By pid and at once: `kill()` would let it run its own exit.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      await exited
    },
  }
}
