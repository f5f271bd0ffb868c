import type { AuditEvent } from '@medplum/fhirtypes'
import { z } from 'zod'

/** What a workstation's alert says, and what its user said to it. Words stay sealed: `POST /audit-keys/open` opens them, and says who did. */
export interface DeskAlert {
  readonly kind: 'alert'
  /** Of the report that brought it. */
  readonly id: string
  readonly at: string
  readonly rule: string
  readonly severity: string
  readonly response: string
  /** Different things that were counted, and how many were passed over since the last alert of the rule. */
  readonly count: number
  readonly more: number
  /** Reference of the person, where the workstation knows it, and the workstation's own key for them. */
  readonly who: { readonly reference?: string; readonly user?: string }
  /** The workstation that found it. */
  readonly device?: string
  /** Reference of the patient; absent where it is about several, or none. */
  readonly patient?: string
  /** Finds what brought it about among the reports. */
  readonly correlation: string
  readonly answer?: { readonly at: string; readonly reason: string; readonly sealed?: string }
}

/** Somebody was let in to a restricted patient by this EHR, for a time. */
export interface DeskOverride {
  readonly kind: 'override'
  readonly at: string
  readonly who: { readonly reference?: string }
  readonly patient?: string
}

const Raised = z.object({
  event: z.literal('alert.raised'),
  rule: z.string(),
  severity: z.string(),
  response: z.string(),
  count: z.number(),
  more: z.number(),
  correlation: z.string(),
  user: z.string().nullable(),
  device: z.string().optional(),
  patient: z.string().optional(),
})
const Answered = z.object({
  event: z.literal('hold.answered'),
  outcome: z.literal('intent'),
  holdReason: z.string(),
  user: z.string(),
  patient: z.string(),
  sealed: z.string().optional(),
})

interface Report {
  readonly id: string
  readonly at: string
  readonly reference: string | undefined
  readonly line: unknown
}

/**
 * The alerts among reports of workstations, and the glass that was broken here, the newest first: each alert with the first answer that its user gave about that patient after it.
 * An alert is a Security Alert (DICOM 110113) that carries the entry of the workstation's chain as its entity `line`; what carries none, or
 * another, is none.
 */
export function readDesk(events: readonly AuditEvent[]): readonly (DeskAlert | DeskOverride)[] {
  const reports = events.map(reportOf).toSorted((a, b) => a.at.localeCompare(b.at))
  const open: { alert: DeskAlert; user: string | null; patient: string | undefined }[] = []
  for (const { id, at, reference, line } of reports) {
    const raised = Raised.safeParse(line)
    if (raised.success) {
      const { rule, severity, response, count, more, correlation, user, device, patient } = raised.data
      const who = { ...(reference === undefined ? {} : { reference }), ...(user === null ? {} : { user }) }
      open.push({ user, patient, alert: { kind: 'alert', id, at, rule, severity, response, count, more, who, correlation, ...(device === undefined ? {} : { device }), ...(patient === undefined ? {} : { patient: `Patient/${patient}` }) } })
    }
    const answered = Answered.safeParse(line)
    if (!answered.success) continue
    const { holdReason: reason, user, patient, sealed } = answered.data
    for (const one of open) {
      const isAbout = one.user === user && (one.patient === undefined || one.patient === patient)
      if (isAbout && one.alert.response === 'ask-reason' && one.alert.answer === undefined) one.alert = { ...one.alert, answer: { at, reason, ...(sealed === undefined ? {} : { sealed }) } }
    }
  }
  return [...open.map(({ alert }) => alert), ...events.flatMap(overrideOf)].toSorted((a, b) => b.at.localeCompare(a.at))
}

/** DICOM 110127: an emergency override has begun. */
function overrideOf(event: AuditEvent): DeskOverride[] {
  if (!(event.subtype ?? []).some(({ code }) => code === '110127')) return []
  const reference = event.agent.find(({ requestor }) => requestor)?.who?.reference
  const patient = (event.entity ?? []).map(({ what }) => what?.reference).find((what) => what?.startsWith('Patient/') === true)
  return [{ kind: 'override', at: event.recorded, who: reference === undefined ? {} : { reference }, ...(patient === undefined ? {} : { patient }) }]
}

function reportOf(event: AuditEvent): Report {
  const details = (event.entity ?? []).flatMap(({ detail }) => detail ?? [])
  const line = details.find(({ type }) => type === 'line')?.valueBase64Binary
  return { id: event.id ?? '', at: event.recorded, reference: event.agent.find(({ requestor }) => requestor)?.who?.reference, line: line === undefined ? undefined : entryOf(line) }
}

/** The entry behind its hash, as the chain has it. */
function entryOf(line: string): unknown {
  try {
    return JSON.parse(Buffer.from(line, 'base64').toString('utf8').slice(65))
  } catch {
    return undefined
  }
}
