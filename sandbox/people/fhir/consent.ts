import type { Consent } from '@medplum/fhirtypes'
import { type Day, instantOf } from '../calendar.ts'
import { hl7 } from '../codes/concept.ts'
import { organization } from './organizations.ts'
import type { Scribe } from './scribe.ts'

/** Whether records may go to other hospitals: most say yes, and who asked for a restricted record says no. */
export function sharingConsent({ person, newId, subject, meta }: Scribe): Consent {
  const rng = person.rng.fork('consent')
  const isAgreed = person.profile.isRestricted !== true && !rng.chance(0.08)
  return {
    resourceType: 'Consent',
    id: newId('Consent'),
    ...meta(),
    status: 'active',
    scope: hl7('consentscope', 'patient-privacy', 'Privacy Consent'),
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0', display: 'Consent Document' }], text: 'Sharing of records with other hospitals' }],
    patient: subject,
    dateTime: instantOf(person.from, 480),
    organization: [organization('hospital')],
    policyRule: hl7('v3-ActCode', isAgreed ? 'OPTIN' : 'OPTOUT', isAgreed ? 'opt-in' : 'opt-out'),
    provision: { type: isAgreed ? 'permit' : 'deny' },
  }
}

/** A directive not to resuscitate, with the form that was signed. */
export function directiveConsent({ newId, subject, meta }: Scribe, signed: Day, document: string): Consent {
  return {
    resourceType: 'Consent',
    id: newId('Consent'),
    ...meta(),
    status: 'active',
    scope: hl7('consentscope', 'adr', 'Advanced Care Directive'),
    category: [hl7('consentcategorycodes', 'dnr', 'Do Not Resuscitate')],
    patient: subject,
    dateTime: instantOf(signed, 600),
    organization: [organization('hospital')],
    sourceReference: { reference: `DocumentReference/${document}` },
    policyRule: hl7('v3-ActCode', 'OPTIN', 'opt-in'),
    provision: { type: 'deny' },
  }
}
