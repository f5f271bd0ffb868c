import { hostname } from 'node:os'
import type { Policy } from '../../../shared/policy.ts'
import type { Log } from '../../diagnostics/log.ts'
import { makeAppendOnly } from './copy-file.ts'
import { ehrPlace, type EhrPlaceParts } from './ehr-place.ts'
import { folderPlace } from './folder-place.ts'
import type { Place } from './place.ts'
import { s3ByPolicy, type S3Parts } from './s3-by-policy.ts'

export interface PlacesParts extends Pick<S3Parts, 'keychain' | 'caPem' | 'proxyFor' | 'clock'> {
  readonly policy: Policy
  /** The workstation's own name in the chain. */
  readonly device: string
  readonly log: Log
  readonly send: EhrPlaceParts['send']
}

/** The places that the policy names. */
export function placesOf({ policy, send, device, log, ...s3Parts }: PlacesParts): readonly Place[] {
  const machines = { workstation: hostname(), fhirBase: policy.ehr.fhirBase }
  const { ehr, folder, s3 } = policy.audit.ship
  return [
    ...(ehr ? [ehrPlace({ machines, send })] : []),
    ...(folder === undefined ? [] : [folderPlace({ folder, device: nameOf(device), makeAppendOnly, onFile: (isAppendOnly) => log.event('audit.folder-file', { appendOnly: isAppendOnly }) })]),
    ...(s3 === undefined ? [] : [s3ByPolicy({ ...s3Parts, settings: s3, device: nameOf(device) })]),
  ]
}

/** Without a key of its own a workstation has the name that all such have: its folder is told apart by its name in the network. */
const nameOf = (device: string) => (device === 'unknown' ? `unknown-${hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')}` : device)
