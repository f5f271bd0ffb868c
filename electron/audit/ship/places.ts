import { hostname } from 'node:os'
import type { Policy } from '../../../shared/policy.ts'
import { ehrPlace, type EhrPlaceParts } from './ehr-place.ts'
import type { Place } from './place.ts'

export interface PlacesParts {
  readonly policy: Policy
  readonly send: EhrPlaceParts['send']
}

/** The places that the policy names. */
export function placesOf({ policy, send }: PlacesParts): readonly Place[] {
  const machines = { workstation: hostname(), fhirBase: policy.ehr.fhirBase }
  return policy.audit.ship.ehr ? [ehrPlace({ machines, send })] : []
}
