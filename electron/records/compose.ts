import { randomBytes } from 'node:crypto'
import { type Hold, writeSignals } from '../../shared/alerts.ts'
import type { KeepingTrouble } from '../../shared/bridge.ts'
import { contract, type Permission, sectionPermission, type SessionState } from '../../shared/contract/index.ts'
import type { FailureKind } from '../../shared/errors.ts'
import { createRouter } from '../rpc/router.ts'
import { createTransport } from '../transport/index.ts'
import { createAuditTexts } from './audit/audit-texts.ts'
import { createStaffDirectory } from './audit-trail/staff.ts'
import { createTrailTexts } from './audit-trail/texts.ts'
import { createTrail } from './audit-trail/trail.ts'
import { type Broker, createBroker } from './broker.ts'
import { createBusy } from './busy.ts'
import { createKeptLists } from './cache/kept-lists.ts'
import { createKeptSections } from './cache/kept-sections.ts'
import { followRows, watchedRows } from './cache/rows.ts'
import { watchConnection } from './connection.ts'
import { createContinuations } from './continuations.ts'
import type { RecordsEnvironment } from './environment.ts'
import { createKeptDocuments } from './documents/kept-documents.ts'
import { createOpenFiles } from './documents/open-files.ts'
import { createDeskWay } from './desk/way.ts'
import { readEncryptionKeys } from './ehr-keys/encryption-keys.ts'
import { getJson } from './ehr-keys/get-json.ts'
import { createFhirClient } from './fhir/client.ts'
import { pause } from './ehr/pause.ts'
import { createTokenSource } from './ehr/token.ts'
import { createFileShelf } from './files/shelf.ts'
import { attachmentHandlers } from './handlers/attachments.ts'
import { auditHandlers } from './handlers/audit.ts'
import { auditExportHandlers } from './handlers/audit-export.ts'
import type { PortCaller } from './handlers/caller.ts'
import { chartHandlers } from './handlers/chart.ts'
import { deskHandlers } from './handlers/desk.ts'
import { documentHandlers } from './handlers/documents.ts'
import { holdHandlers } from './handlers/hold.ts'
import { patientsHandlers } from './handlers/patients.ts'
import { vaultHandlers } from './handlers/vault.ts'
import { draftHandlers, placeHandlers } from './handlers/work.ts'
import { createHeldCharts } from './held-charts.ts'
import type { Host } from './host.ts'
import { probeAudit, probeRows, watchedAudit } from './keeping-probes.ts'
import { watchKeeping } from './keeping.ts'
import { purposesOf } from './keys/purposes.ts'
import { createShare } from './keys/share.ts'
import { createVaultDoor } from './keys/vault.ts'
import { nowAndThen } from './now-and-then.ts'
import { createOutbox } from './outbox/index.ts'
import { createPorts, type PortSet } from './ports.ts'
import type { RecordsLimits, RecordsStart } from './protocol.ts'
import { decideSignals } from './signals/decide.ts'
import { watchOpenings } from './signals/watch-openings.ts'
import { watchedChart } from './signals/watched-chart.ts'
import { createVaultReports } from './vault-reports.ts'
import { createAttachments } from './work/attachments.ts'
import { createChosenFiles } from './work/chosen-files.ts'
import { createWorkDirectory } from './work/directory.ts'
import { createDrafts } from './work/drafts.ts'
import { createPlaceStore } from './work/place.ts'
import { unsentOf } from './work/unsent.ts'

export interface RunningRecords {
  readonly broker: Broker
  readonly ports: PortSet
  /** Writes what is left to write, closes the files and zeroes the keys. Gives the epoch in which the files are left, where they were open. */
  readonly close: () => number | undefined
  /** The person has chosen this file. */
  readonly grant: (name: string, path: string) => void
  /** The policy has changed: what is kept is within its bounds from now on. */
  readonly limit: (limits: RecordsLimits) => void
  /** Other charts are held than before. */
  readonly hold: (holds: readonly Hold[]) => void
  /** The session has changed its state, or what the user may do. */
  readonly enter: (state: SessionState, permissions: readonly Permission[]) => void
}

/** Constructs everything in the records process, once. */
export function compose(host: Host, { clock, random, cost, rotateAfter, transportLimits }: RecordsEnvironment, start: RecordsStart): RunningRecords {
  const { userKey, ehr } = start
  const broker = createBroker(host)
  let limits: RecordsLimits = start
  let session = { state: start.state, permissions: start.permissions }
  const log = (event: string, fields: Readonly<Record<string, number | boolean | string>>) => host.post({ kind: 'log', event, fields })

  // The way to the EHR.
  const transport = createTransport({ origins: [new URL(ehr.fhirBase).origin], caPem: ehr.caPem, pins: ehr.pins, proxy: ehr.proxy, ...(transportLimits ? { limits: transportLimits } : {}) })
  const tokens = createTokenSource((refused) => broker.token(refused), clock)

  // What is kept.
  const calls = createBusy()
  const share = createShare({ transport, fhirBase: ehr.fhirBase, token: () => tokens.current(), proof: () => broker.deviceProof(), trouble: (failure) => log('vault.share-refused', { failure }) }, start.hasJustSignedIn && start.vaultFolder !== undefined)
  const keeping = watchKeeping({
    changed(trouble) {
      ports.tell(keepingText(trouble))
      log('keeping.changed', trouble === undefined ? { what: 'all' } : { what: trouble.what, failure: trouble.failure })
    },
    probe: (what) => probes[what](),
    later: (ms, act) => void setTimeout(act, ms).unref(),
  })
  const door = createVaultDoor({ folder: start.vaultFolder, userKey, purposes: purposesOf(start), policy: () => limits.pin, clock, cost, keys: broker.keys, share, report: (event) => vaultReports.report(event), begun: (what) => vaultReports.begun(what), isBusy: calls.isBusy, later: (act, ms) => void setTimeout(act, ms).unref() })
  const cacheRows = watchedRows(followRows(() => door.current().cache), (failure) => keeping.report('cache', failure))
  const directory = createWorkDirectory(
    watchedRows(followRows(() => door.current().work), (failure) => keeping.report('work', failure)),
    clock,
    tellUnsent,
  )
  const workRows = directory.rows
  const trouble = (failure: FailureKind) => log('cache.failed', { failure })
  const kept = createKeptSections({ rows: cacheRows, policy: () => limits.cache, clock, trouble, later: (act, ms) => void setTimeout(act, ms).unref() })
  const lists = createKeptLists({ rows: cacheRows, policy: () => limits.cache, clock, trouble })
  const shelf = createFileShelf({ rows: cacheRows, keyring: () => door.current().keyring, olderKeyring: () => door.current().olderKeyring, user: userKey })
  const documents = createKeptDocuments({ shelf, policy: () => limits.cache, clock, trouble, prune: () => kept.prune() })
  const files = createOpenFiles()
  const chosen = createChosenFiles()
  const attachments = createAttachments({ rows: workRows, shelf: createFileShelf({ rows: workRows, keyring: () => door.current().keyring, olderKeyring: () => door.current().olderKeyring, user: userKey }), clock })
  const audit = watchedAudit(broker.audit, (failure) => keeping.report('audit', failure))
  const vaultReports = createVaultReports({ audit, keeping, log, workGone: tellUnsent })
  const probes = {
    audit: () => probeAudit(audit),
    work: () => probeRows(workRows, clock.now()),
    cache: () => probeRows(cacheRows, clock.now()),
    // What was found stays so.
    found: () => undefined,
  }

  /** What is held in memory before the vault is open is not all there is. */
  function tellUnsent(): void {
    if (!door.current().durable) return
    try {
      host.post({ kind: 'unsent', ...unsentOf(directory.entries()) })
    } catch {
      // The role has no key for work, or the disk cannot be read: nothing is known, and nothing is said.
    }
  }

  const connection = watchConnection({
    clock,
    random,
    changed(current) {
      ports.tell(JSON.stringify({ event: 'connection', ...current }))
      log('connection.changed', { online: current.online })
      if (current.online) outbox.wake()
    },
    // The one address that needs no token and says nothing of a patient.
    probe: () =>
      transport.request({ method: 'GET', url: `${ehr.fhirBase}/metadata?_summary=true`, headers: { accept: 'application/fhir+json' } }).then(
        () => connection.reached(true),
        () => connection.reached(false),
      ),
    later: (ms, act) => void setTimeout(act, ms).unref(),
  })
  const heard = nowAndThen(clock, () => host.post({ kind: 'heard' }))
  const client = createFhirClient({
    transport,
    fhirBase: ehr.fhirBase,
    tokens,
    clock,
    pause,
    random,
    reached: (online) => connection.reached(online),
    heard,
  })

  // What the audit keeps of what was typed.
  const texts = createAuditTexts({
    readKeys: () => readEncryptionKeys((url) => getJson(transport, url), ehr.fhirBase, 'audit-texts'),
    rows: cacheRows,
    fhirBase: ehr.fhirBase,
    clock,
    trouble: (failure) => log('audit-key.failed', { failure }),
  })
  if (start.state === 'active') texts.warm()

  // What the audit is told of a look at a chart: by words, not by names.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const openings = watchOpenings({
    decide: (read) => decideSignals(read, start, ehr.fhirBase, { now: clock.now(), zone }),
    tell(patient, signals) {
      const entry = { event: 'chart.signals', action: 'E', outcome: 'success', cause: 'refresh', patient, signals: writeSignals(signals), correlation: randomBytes(4).toString('hex') } as const
      // At once, since an alert may wait for it; where the disk refuses, it is kept for when it does not.
      audit.intent(entry).catch(() => audit.outcome(entry))
    },
    later: (act, ms) => void setTimeout(act, ms).unref(),
  })

  // What is on its way to the EHR.
  const outbox = createOutbox({
    directory, attachments, client, audit, clock, random,
    author: start.fhirUser?.split('/').slice(-2).join('/'),
    readKeys: () => readEncryptionKeys((url) => getJson(transport, url), ehr.fhirBase, 'files'),
    may: () => (session.state === 'active' || session.state === 'warning') && session.permissions.includes('file:send'),
    correlation: () => randomBytes(4).toString('hex'),
    later: (act, ms) => void setTimeout(act, ms).unref(),
    changed: (patient, attachment, upload) => ports.tell(JSON.stringify({ event: 'upload', patient, attachment, upload })),
  }) // prettier-ignore

  const held = createHeldCharts()

  // What the pages may ask.
  const shared = {
    rows: contract,
    session: () => session,
    audit,
    seal: texts.seal,
    correlation: () => randomBytes(4).toString('hex'),
    report: ({ procedure, failure, correlation }: { procedure: string; failure: FailureKind; correlation: string }) => log('rpc.failed', { procedure, failure, correlation }),
  }
  const trail = createTrail(client)
  const staff = createStaffDirectory(client, clock)
  const workspace = createRouter<'workspace', PortCaller>({
    ...shared,
    via: 'workspace',
    handlers: {
      ...vaultHandlers(
        door,
        host,
        () => {
          kept.prune()
          tellUnsent()
          outbox.wake()
        },
        (pin) => void setTimeout(() => void door.rotateIfDue(pin), rotateAfter).unref(),
      ),
      ...patientsHandlers({ client, kept, lists, clock, fhirUser: start.fhirUser }),
      ...placeHandlers(createPlaceStore(workRows, clock)),
      ...auditHandlers({ trail, staff, texts: createTrailTexts({ transport, fhirBase: ehr.fhirBase, tokens, clock, reached: (online) => connection.reached(online), heard }), continuations: createContinuations() }),
      ...deskHandlers({ way: createDeskWay({ transport, fhirBase: ehr.fhirBase, tokens, clock, pause, random, reached: (online) => connection.reached(online), heard }), monotonic: () => performance.now(), pause }),
      ...auditExportHandlers({ trail, staff, audit, seal: texts.seal, correlation: shared.correlation, choose: broker.chooseFile, ended: broker.fileEnded }),
    },
  })
  const tab = createRouter<'tab', PortCaller>({
    ...shared,
    via: 'tab',
    isHeld: held.isHeld,
    handlers: {
      ...watchedChart(chartHandlers({ client, kept, lists, continuations: createContinuations(), clock, may: (section) => session.permissions.includes(sectionPermission(section)), refused: (section, counts) => log('fhir.refused', { section, ...counts }) }), openings),
      ...documentHandlers({ client, kept: documents, files, clock }),
      ...attachmentHandlers({ attachments, outbox, chosen, files, clock }),
      ...draftHandlers(createDrafts(workRows, () => door.current().durable)),
      ...holdHandlers(held),
    },
  })
  const ports: PortSet = createPorts({
    epoch: start.epoch,
    workspace: calls.watched(workspace),
    tab: calls.watched(tab),
    dropped: (why) => log('rpc.dropped', { why }),
    greeting() {
      const current = connection.current()
      const trouble = keeping.current()
      const holds = held.current()
      return [...(holds === undefined || holds.length === 0 ? [] : [holdsText(holds)]), ...(current === undefined ? [] : [JSON.stringify({ event: 'connection', ...current })]), ...(trouble === undefined ? [] : [keepingText(trouble)])]
    },
  })

  function close(): number | undefined {
    outbox.stop()
    kept.settle()
    attachments.settle()
    share.forget()
    return door.close()
  }

  function enter(state: SessionState, permissions: readonly Permission[]): void {
    session = { state, permissions }
    if (state !== 'active') return
    texts.warm()
    outbox.wake()
  }

  function hold(holds: readonly Hold[]): void {
    const before = held.current() ?? []
    held.set(holds)
    if (before.length + holds.length > 0) ports.tell(holdsText(holds))
  }

  function limit(changed: RecordsLimits): void {
    limits = changed
    kept.prune()
  }

  return { broker, ports, close, grant: chosen.grant, limit, hold, enter }
}

const holdsText = (holds: readonly Hold[]): string => JSON.stringify({ event: 'holds', holds })

const keepingText = (trouble: KeepingTrouble | undefined): string => JSON.stringify({ event: 'keeping', ...(trouble === undefined ? {} : { trouble }) })
