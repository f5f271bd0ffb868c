/** The kinds that SMART lets `fhirUser` name, of which staff are the first two. */
const staff = /^(Practitioner|PractitionerRole)\/[A-Za-z0-9\-.]{1,64}$/
const anyone = /^(Practitioner|PractitionerRole|Patient|RelatedPerson|Person)\/[A-Za-z0-9\-.]{1,64}$/

export type FhirUser =
  | { readonly is: 'staff'; readonly reference: string }
  /** A patient or a relative: Chartkeep is not for them. */
  | { readonly is: 'other' }
  /** Not told, or told by a reference to another server, whose ids mean nothing here. */
  | { readonly is: 'unknown' }

/** Reads the claim: absolute under the FHIR base, or relative to it; servers send both, and some send it as `profile`. */
export function readFhirUser(claim: string | undefined, profile: string | undefined, fhirBase: string): FhirUser {
  if (claim === undefined) return profile === undefined ? { is: 'unknown' } : readFhirUser(profile, undefined, fhirBase)
  const relative = claim.startsWith(`${fhirBase}/`) ? claim.slice(fhirBase.length + 1) : claim
  if (staff.test(relative)) return { is: 'staff', reference: relative }
  return anyone.test(relative) ? { is: 'other' } : { is: 'unknown' }
}
