import type { Coding, Meta, Patient } from '@medplum/fhirtypes'
import type { Signal } from '../../../shared/alerts.ts'
import { system } from '../../../shared/clinical/code-systems.ts'
import { readRestriction } from '../../../shared/clinical/restriction.ts'
import { fields, items, type Untrusted } from '../../../shared/clinical/untrusted.ts'
import type { Viewpoint } from '../../../shared/clinical/zone.ts'
import { hasFamilyNameOf } from './family-name.ts'
import { type ReadOfChart, relationTo } from './relation.ts'

/** Who looks. */
export interface Reader {
  /** FHIR reference; undefined where the EHR gave none. */
  readonly fhirUser: string | undefined
  /** As the EHR named them at sign-in. */
  readonly displayName: string
}

/** HL7 v3 ActCode: a person everybody knows. */
const wellKnown: ReadonlySet<unknown> = new Set(['VIP', 'CEL'])
const isWellKnown = (label: Untrusted<Coding> | undefined) => label?.system === system.actCode && wellKnown.has(label.code)

/** What the audit may say of a look at a chart without saying who the patient is. */
export function decideSignals(read: ReadOfChart, reader: Reader, fhirBase: string, at: Viewpoint): ReadonlySet<Signal> {
  const patient = fields<Patient>(read.patient)
  const relation = relationTo(read, reader.fhirUser, fhirBase, at)
  const security: unknown = fields<Meta>(patient?.meta)?.security
  const isVip = items<Coding>(security).some(isWellKnown)
  // That somebody is well known closes nothing at an EHR. What cannot be read counts as closed (shared/clinical/restriction.ts).
  const closing = Array.isArray(security) ? { security: security.filter((label: unknown) => !isWellKnown(fields<Coding>(label))) } : patient?.meta
  const { kind } = readRestriction(closing)
  const isRestricted = kind === 'restricted' || kind === 'unreadable'
  const found = new Set<Signal>([relation === 'unknown' ? 'relation-not-known' : relation])
  if (hasFamilyNameOf(reader.displayName, patient?.name)) found.add('same-family-name')
  if (isRestricted) found.add('restricted')
  if (isVip) found.add('vip')
  // The EHR has given it all the same.
  if (isRestricted && relation === 'not-related') found.add('glass-broken')
  return found
}
