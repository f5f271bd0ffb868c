import type { AuditHeader, AuditOutcome, AuditPort } from '../../shared/audit.ts'
import type { AuditRule, Contract, InputOf, NamesVia, OutputOf, Permission, ProcedureName, SessionState, Transport } from '../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind, type Reply, toFailure } from '../../shared/errors.ts'

/** A handler for every row that the transport carries, and for no other: a missing or a surplus one does not compile. */
export type Handlers<T extends Transport, Caller> = {
  readonly [N in NamesVia<T>]: (input: InputOf<N>, caller: Caller) => Promise<OutputOf<N>> | OutputOf<N>
}

/** Who calls, as the transport's adapter has established it. */
export interface CallerFacts {
  /** The patient that the caller is bound to, for tab ports. */
  readonly patient?: string
  /** Why the caller is refused before anything else: wrong sender, stale epoch. */
  readonly refusal?: FailureKind
}

/** At least the rows that the transport carries; of any others that are there none is answered. */
type Rows<T extends Transport> = { readonly [N in NamesVia<T>]: Contract[N] }

export interface RouterParts<T extends Transport, Caller extends CallerFacts> {
  readonly via: T
  readonly rows: Rows<T>
  readonly handlers: Handlers<T, Caller>
  session(): { readonly state: SessionState; readonly permissions: readonly Permission[] }
  readonly audit: AuditPort
  /** Encrypts what must not stand in clear in the audit header, to whoever may read it; undefined where nobody is known who may. */
  seal(detail: string): Promise<string | undefined>
  correlation(): string
  /**
   * Whether a tab's chart is held until its user has said why they need it; absent where no tab is served. A promise where that is not known
   * yet: it may take an entry in the audit to be known.
   */
  isHeld?(patient: string): boolean | Promise<boolean>
  report(event: { readonly procedure: string; readonly failure: FailureKind; readonly correlation: string; readonly cause: unknown }): void
}

/**
 * Answers a call. The order is the same for every row: origin, session state, input, permission (for this patient), hold,
 * audit intent made durable, session state again, handler, output, audit outcome, reply. Never throws.
 */
export function createRouter<T extends Transport, Caller extends CallerFacts>(parts: RouterParts<T, Caller>) {
  return async function answer(caller: Caller, name: unknown, input: unknown): Promise<Reply<unknown>> {
    const correlation = parts.correlation()
    const row = typeof name === 'string' ? rowOf(parts.rows, name) : undefined
    if (typeof name !== 'string' || row?.via !== parts.via) {
      parts.report({ procedure: 'unknown', failure: 'unknown-procedure', correlation, cause: undefined })
      return { ok: false, failure: { kind: 'unknown-procedure', correlation } }
    }
    const rule: AuditRule<unknown> | 'nothing' = row.audit
    let entry: Omit<AuditHeader, 'outcome'> | undefined
    let begun = false
    const record = (outcome: AuditOutcome, failure?: FailureKind) => {
      if (entry) parts.audit.outcome({ ...entry, outcome, ...(failure ? { failure } : {}) })
    }
    try {
      if (rule !== 'nothing') entry = { event: rule.event, action: rule.action, cause: 'look', correlation }
      if (caller.refusal) throw new ChartkeepError(caller.refusal)
      const { state, permissions } = parts.session()
      if (!row.during.includes(state)) throw new ChartkeepError('locked')
      const parsed = row.input.safeParse(input)
      if (!parsed.success) throw new ChartkeepError('invalid-input')
      if (rule !== 'nothing') entry = await describe(rule, parsed.data, correlation, parts.seal)
      checkPatient(caller, parsed.data)
      if (row.needs !== 'anyone' && !permissions.includes(row.needs)) throw new ChartkeepError('not-permitted')
      const isHeld = caller.patient === undefined ? undefined : parts.isHeld?.(caller.patient)
      if (typeof isHeld === 'boolean') checkHold(row, isHeld)
      if (entry) await parts.audit.intent({ ...entry, outcome: 'intent' })
      if (typeof isHeld === 'object') checkHold(row, await isHeld)
      // It may have locked while that was written: nothing is begun behind the lock screen.
      if (!row.during.includes(parts.session().state)) throw new ChartkeepError('locked')
      begun = true
      // Rows and handlers share their names by the type `Handlers`; the union of functions is not callable as such.
      const handler = parts.handlers[name as NamesVia<T>] as (input: unknown, caller: Caller) => unknown
      const output = row.output.safeParse(await handler(parsed.data, caller))
      if (!output.success) throw new ChartkeepError('internal', {}, { cause: new Error('output does not match the contract') })
      // What was asked for before the hold and came after it is not given either.
      if (row.whileHeld === undefined && caller.patient !== undefined && (await parts.isHeld?.(caller.patient)) === true) throw new ChartkeepError('held')
      record('success')
      return { ok: true, value: output.data }
    } catch (error) {
      const failure = toFailure(error, correlation)
      if (failure.kind !== 'audit-unavailable') record(begun ? 'failed' : 'refused', failure.kind)
      parts.report({ procedure: name, failure: failure.kind, correlation, cause: error })
      return { ok: false, failure }
    }
  }
}

/** By its own name alone: what every object inherits is no row. */
function rowOf(rows: Readonly<Record<string, Contract[ProcedureName]>>, name: string): Contract[ProcedureName] | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined
}

async function describe(rule: AuditRule<unknown>, input: unknown, correlation: string, seal: (detail: string) => Promise<string | undefined>): Promise<Omit<AuditHeader, 'outcome'>> {
  const patient = rule.patient(input)
  const detail = rule.detail?.(input)
  const sealed = detail === undefined ? undefined : await seal(detail)
  return {
    event: rule.event,
    action: rule.action,
    cause: rule.cause(input),
    correlation,
    ...(patient === undefined ? {} : { patient }),
    ...(rule.holdReason === undefined ? {} : { holdReason: rule.holdReason(input) }),
    ...(detail === undefined ? {} : sealed === undefined ? { text: 'not-kept' as const } : { sealed }),
  }
}

/** A held chart gives nothing, and there is no answer to what was not asked. */
function checkHold({ whileHeld }: Contract[ProcedureName], isHeld: boolean): void {
  if (isHeld && whileHeld === undefined) throw new ChartkeepError('held')
  if (!isHeld && whileHeld === 'only') throw new ChartkeepError('invalid-input')
}

/** A tab's port speaks of its own patient alone. */
function checkPatient(caller: CallerFacts, input: unknown): void {
  if (caller.patient === undefined) return
  const named = typeof input === 'object' && input !== null && 'patient' in input ? input.patient : undefined
  if (named !== caller.patient) throw new ChartkeepError('wrong-patient')
}
