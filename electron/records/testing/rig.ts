import { randomBytes } from 'node:crypto'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Hold } from '../../../shared/alerts.ts'
import type { AuditHeader, AuditPort } from '../../../shared/audit.ts'
import { type InputOf, type NamesVia, type OutputOf, type Permission, permissions, type SessionState, type StaffMember } from '../../../shared/contract/index.ts'
import { PatientId, TabId } from '../../../shared/contract/ids.ts'
import { type FailureKind, kindOf, type Reply } from '../../../shared/errors.ts'
import { Policy } from '../../../shared/policy.ts'
import type { RotationDue } from '../../../shared/rotation-due.ts'
import type { Host, TextPort } from '../host.ts'
import { leastCost } from '../keys/argon2-cost.ts'
import type { FromRecords, Opened, PortPurpose, ProposedFile, RecordsStart, ToRecords } from '../protocol.ts'
import { runRecords } from '../records.ts'
import type { Limits } from '../../transport/index.ts'
import type { FhirTestServer } from './fhir-server.ts'

/** What main holds between two lives of `records`: the key parts, the newest last, and the tries. */
export interface TestKeychain {
  parts: readonly { readonly id: string; readonly part: Buffer }[]
  tries: number
  /** Of the vault's files, as it was last seen. */
  epoch: number
  /** Whether main gets as far as to confirm a new PIN. */
  settles: boolean
  /** Whether it takes another part beside the one that opened the vault. */
  succeeds: boolean
  /** What happens once there is such a part, before the new copies are made, and when the old part is about to go. */
  onSucceed?: (() => void) | undefined
  onCost?: (() => void) | undefined
  onRotated?: (() => void) | undefined
  /** What main says at an unlock is to be replaced. */
  due: RotationDue
  /** Of the DEK, as main was told last. */
  dataKey: number
}

export const newKeychain = (): TestKeychain => ({ parts: [], tries: 5, epoch: 0, settles: true, succeeds: true, due: 'nothing', dataKey: 0 })

export interface RigOptions {
  readonly server: Pick<FhirTestServer, 'fhirBase'> & { readonly authority: { readonly pem: string } }
  readonly pins?: readonly string[]
  /** The token that main gives out first, and the one after it was refused. */
  readonly token?: string
  readonly nextToken?: string
  readonly limits?: Partial<Limits>
  readonly fhirUser?: string
  readonly displayName?: string
  readonly folder: string | undefined
  /** The charts that main says are held; absent: none. */
  readonly holds?: readonly Hold[]
  readonly keychain?: TestKeychain
  readonly state?: SessionState
  /** What the user may do; absent: everything. */
  readonly permissions?: readonly Permission[]
  readonly role?: StaffMember['role']
  readonly userKey?: string
  /** Whether the person comes straight from a full sign-in. */
  readonly hasJustSignedIn?: boolean
  readonly cache?: Partial<Policy['cache']>
  readonly now?: () => number
  /** The file that the person chooses; absent: they choose none. Rejects where they cannot be asked. */
  readonly chooseFile?: (file: ProposedFile) => string | undefined | Promise<string | undefined>
  /** Where main records; absent: it is recorded nowhere, and told to the test. */
  readonly audit?: AuditPort
}

/** A reply as it came: a value, or the kind of the failure. */
type Called<N extends NamesVia<'workspace' | 'tab'>> = { readonly value: OutputOf<N> } | { readonly failure: FailureKind; readonly triesLeft: number | undefined }

/** A page's end of a port. */
export interface TestPage {
  /** The replies to what went with the port. */
  readonly asked: readonly Promise<Called<'chart.section'>>[]
  call<N extends NamesVia<'workspace' | 'tab'>>(name: N, input: InputOf<N>): Promise<Called<N>>
  /** Something that is no call. */
  send(data: unknown): void
  readonly events: unknown[]
  /** Resolves at the next event. */
  event(): Promise<unknown>
  close(): void
}

/** `records` with a test in the place of main: the real message channels, the real files, the real TLS. */
export function startRig(options: RigOptions) {
  const { server, keychain = newKeychain() } = options
  const told: FromRecords[] = []
  const audit: AuditHeader[] = []
  const open: MessagePort[] = []
  let deliver: (message: ToRecords, ports: readonly TextPort[]) => void = () => undefined
  let auditWorks = true
  let heard: (() => void)[] = []
  let lastTab = 0

  const host: Host = {
    post(message) {
      told.push(message)
      for (const wake of heard.splice(0)) wake()
      // Never before it has been asked: a process answers later.
      queueMicrotask(() => answer(message))
    },
    onMessage: (listener) => void (deliver = listener),
  }

  function answer(message: FromRecords): void {
    if (message.kind === 'want-token') send({ kind: 'token', request: message.request }, [portWith(JSON.stringify({ value: message.refused ? (options.nextToken ?? 'token-2') : (options.token ?? 'token-1'), expiresAt: now() + 300_000 }))])
    if (message.kind === 'want-audit') {
      audit.push(...message.headers)
      const { request } = message
      const { audit: recorded } = options
      if (recorded === undefined) send({ kind: auditWorks ? 'audited' : 'audit-refused', request })
      else Promise.all(message.headers.map((header) => recorded.intent(header))).then(() => send({ kind: 'audited', request }), () => send({ kind: 'audit-refused', request }))
    }
    if (message.kind === 'audit-outcome') {
      audit.push(message.header)
      options.audit?.outcome(message.header)
    }
    if (message.kind === 'want-key') {
      const held = keychain.parts.find(({ id }) => id === message.part)
      if (held === undefined) return send({ kind: 'key-refused', request: message.request, failure: keychain.parts.length > 0 ? 'vault-superseded' : 'vault-corrupt', triesLeft: keychain.tries })
      if (keychain.tries === 0) return send({ kind: 'key-refused', request: message.request, failure: 'pin-void', triesLeft: 0 })
      keychain.tries -= 1
      send({ kind: 'key-part', request: message.request, part: Uint8Array.from(held.part), triesLeft: keychain.tries, epoch: keychain.epoch, due: keychain.due })
    }
    if (message.kind === 'want-new-key') {
      const before = keychain.parts.filter(({ id }) => id === message.named)
      const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(32) }
      keychain.parts = [...before, fresh]
      const named = before[0] && Uint8Array.from(before[0].part)
      send({ kind: 'new-key-part', request: message.request, id: fresh.id, part: Uint8Array.from(fresh.part), named, epoch: keychain.epoch })
    }
    if (message.kind === 'want-next-key') {
      const before = keychain.parts.filter(({ id }) => id === message.named)
      if (!keychain.succeeds || before.length === 0) return send({ kind: 'key-refused', request: message.request, failure: 'keychain-denied', triesLeft: 0 })
      const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(32) }
      keychain.parts = [...before, fresh]
      keychain.onSucceed?.()
      send({ kind: 'next-key-part', request: message.request, id: fresh.id, part: Uint8Array.from(fresh.part) })
    }
    if (message.kind === 'pin-set' || message.kind === 'key-rotated') {
      if (!keychain.settles) return send({ kind: 'key-refused', request: message.request, failure: 'keychain-locked', triesLeft: 0 })
      if (message.kind === 'key-rotated') keychain.onRotated?.()
      settle(message)
      send({ kind: 'key-settled', request: message.request })
    }
    if (message.kind === 'flushed') keychain.epoch = Math.max(keychain.epoch, message.epoch ?? 0)
    if (message.kind === 'want-file') {
      const { request } = message
      Promise.resolve(options.chooseFile?.(message.file)).then(
        (path) => send({ kind: 'chosen-file', request, file: path === undefined ? undefined : { path, part: `${path}.0badcafe.part` } }),
        (error: unknown) => send({ kind: 'file-refused', request, failure: kindOf(error) }),
      )
    }
    if (message.kind === 'want-proof') send({ kind: 'device-proof', request: message.request, proof: { deviceId: 'device-of-the-test', publicJwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' }, proof: 'proof' } })
    if (message.kind === 'unlocked') {
      settle(message)
      send({ kind: 'session', state: 'active', permissions: start.permissions })
    }
  }

  function settle({ part, dataKey, epoch }: Opened): void {
    keychain.dataKey = dataKey
    keychain.epoch = Math.max(keychain.epoch, epoch)
    keychain.parts = keychain.parts.filter(({ id }) => id === part)
    keychain.tries = 5
  }

  const send = (message: ToRecords, ports: readonly TextPort[] = []) => deliver(message, ports)
  const now = () => (options.now ?? Date.now)()
  const { cache, pin } = Policy.parse({ ehr: { fhirBase: server.fhirBase, clientId: 'test' }, cache: options.cache ?? {} })
  const start: RecordsStart = {
    epoch: 7,
    userKey: options.userKey ?? 'user-a',
    displayName: options.displayName ?? 'Dr. Anna Ames',
    fhirUser: options.fhirUser ?? 'Practitioner/dr-a',
    vaultFolder: options.folder,
    ehr: { fhirBase: server.fhirBase, caPem: server.authority.pem, pins: options.pins ?? [], proxy: undefined },
    cache,
    pin,
    state: options.state ?? 'active',
    hasJustSignedIn: options.hasJustSignedIn ?? (options.state ?? 'active') === 'active',
    role: options.role ?? 'physician',
    permissions: options.permissions ?? permissions,
  }

  const cost = () => {
    keychain.onCost?.()
    return Promise.resolve(leastCost)
  }
  runRecords(host, { clock: { now }, random: () => 0, cost, rotateAfter: 0, ...(options.limits ? { transportLimits: options.limits } : {}) })
  send({ kind: 'start', start })
  send({ kind: 'holds', holds: options.holds ?? [] })

  function page(purpose: PortPurpose, epoch: number): TestPage {
    const { port1, port2 } = new MessageChannel()
    open.push(port1, port2)
    const waiting = new Map<number, (text: string) => void>()
    const events: unknown[] = []
    let wake: ((event: unknown) => void)[] = []
    let id = purpose.for === 'tab' ? purpose.ask.length : 0
    port1.on('message', (text: string) => {
      const message = JSON.parse(text)
      if ('event' in message) {
        events.push(message)
        for (const tell of wake) tell(message)
        wake = []
      } else waiting.get(message.id)?.(text)
    })
    const replyTo = <N extends NamesVia<'workspace' | 'tab'>>(number: number) =>
      new Promise<Called<N>>((resolve) => {
        waiting.set(number, (text) => {
          const { reply }: { reply: Reply<OutputOf<N>> } = JSON.parse(text)
          resolve(reply.ok ? { value: reply.value } : { failure: reply.failure.kind, triesLeft: reply.failure.triesLeft })
        })
      })
    const asked = purpose.for === 'tab' ? purpose.ask.map((_, index) => replyTo<'chart.section'>(index + 1)) : []
    send({ kind: 'port', epoch, port: purpose }, [textPort(port2)])
    return {
      asked,
      call(name, input) {
        id += 1
        port1.postMessage(JSON.stringify({ id, name, input }))
        return replyTo<typeof name>(id)
      },
      send: (data) => port1.postMessage(data),
      events,
      event: () => new Promise((resolve) => wake.push(resolve)),
      close: () => port1.close(),
    }
  }

  return {
    told,
    audit,
    keychain,
    send,
    refuseAudit: () => void (auditWorks = false),
    workspace: (epoch = 7) => page({ for: 'workspace' }, epoch),
    tab(patient: string, epoch = 7, ask: readonly InputOf<'chart.section'>[] = []) {
      lastTab += 1
      const tab = TabId.parse(`tab-${lastTab.toString(16).padStart(8, '0')}`)
      return { ...page({ for: 'tab', tab, patient: PatientId.parse(patient), ask: ask.map((input) => JSON.stringify(input)) }, epoch), id: tab }
    },
    /** Resolves when `records` has told something of this kind. */
    async heard(kind: FromRecords['kind']) {
      while (!told.some((message) => message.kind === kind)) await new Promise<void>((resolve) => heard.push(resolve))
    },
    async stop() {
      send({ kind: 'flush', request: 999 })
      await this.heard('flushed')
      for (const port of open) port.close()
    },
  }
}

export type Rig = ReturnType<typeof startRig>

/** A port over which somebody has already said something. */
function portWith(text: string): TextPort {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(text)
  return { ...textPort(port2), onClose: () => undefined }
}

/** As Electron's ports: who closes one is not told that it is closed. */
function textPort(port: MessagePort): TextPort {
  let isClosedHere = false
  return {
    post: (text) => port.postMessage(text),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) =>
      void port.on('close', () => {
        if (!isClosedHere) listener()
      }),
    close: () => {
      isClosedHere = true
      port.close()
    },
  }
}
