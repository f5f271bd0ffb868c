import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { assertNever } from '../../shared/assert-never.ts'
import type { Log } from '../diagnostics/log.ts'
import { keepPolicy, keptPolicy } from './kept.ts'
import { type PolicyPlace, policyPlace, type Surroundings } from './place.ts'
import { type PolicyInForce, readPolicy } from './read.ts'
import type { PolicyRefusal } from './refusal.ts'

/** What IT's policy came to. */
export type PolicyOutcome =
  | { readonly state: 'loaded'; readonly inForce: PolicyInForce; readonly source: PolicyPlace['source'] }
  /** The file is malformed; the last good one holds until it is mended. */
  | { readonly state: 'held'; readonly inForce: PolicyInForce; readonly refusal: PolicyRefusal }
  /** Malformed, and there is no good one to hold: Chartkeep does not know its EHR. */
  | { readonly state: 'refused'; readonly refusal: PolicyRefusal; readonly path: string }
  /** None at all: this workstation was not set up. */
  | { readonly state: 'policy-missing'; readonly path: string }

export interface PolicyParts extends Surroundings {
  /** Folder of the application's own data, where the last good policy is kept. */
  readonly userData: string
  readonly log: Log
  /** Tells whether only an administrator can have written a file; replaced in tests alone. */
  readonly mayBeTrusted?: (path: string) => Promise<boolean>
}

/** Reads the policy in force. Never throws; what it found is logged by place in the file, never by content. */
export async function loadPolicy(parts: PolicyParts): Promise<PolicyOutcome> {
  const place = policyPlace(parts)
  const reading = await readPolicy(place, parts.mayBeTrusted)
  switch (reading.state) {
    case 'missing':
      parts.log.event('policy.missing', {})
      return { state: 'policy-missing', path: place.path }
    case 'refused': {
      const { refusal } = reading
      const inForce = await keptPolicy(parts.userData)
      const where = { line: refusal.line, column: refusal.column }
      parts.log.event(inForce ? 'policy.held' : 'policy.refused', where)
      return inForce ? { state: 'held', inForce, refusal } : { state: 'refused', refusal, path: place.path }
    }
    case 'read':
      await keepPolicy(parts.userData, reading.inForce).catch(() => parts.log.event('policy.not-kept', { failure: 'disk-read-only' }))
      parts.log.event('policy.loaded', { source: place.source })
      return { state: 'loaded', inForce: reading.inForce, source: place.source }
    default:
      return assertNever(reading)
  }
}

/** How often the place is looked at. By time, since watchers miss atomic replacement and network drives. */
const pollMs = 5_000

/**
 * Looks for changes and tells what the policy then came to. Returns what ends it. `policy-missing` is told too: the
 * caller decides what that means for a running session.
 */
export function watchPolicy(parts: PolicyParts, first: PolicyOutcome, onChange: (outcome: PolicyOutcome) => void): { check(): Promise<void>; stop(): void } {
  const { path } = policyPlace(parts)
  let latest = first
  let seen: string | undefined
  let stopped = false
  let checking: Promise<void> | undefined

  async function look(): Promise<void> {
    const now = await fingerprint(path, latest)
    if (now === seen) return
    const outcome = await loadPolicy(parts)
    // Taken before the reading: a file that changes meanwhile is looked at again.
    seen = now
    if (stopped || isDeepStrictEqual(outcome, latest)) return
    latest = outcome
    onChange(outcome)
  }

  function check(): Promise<void> {
    checking ??= look().finally(() => {
      checking = undefined
    })
    return checking
  }

  const timer = setInterval(() => void check(), pollMs)
  timer.unref()
  return {
    check,
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

/** Changes whenever the policy or the file of authorities it names was written, replaced or removed. */
async function fingerprint(path: string, latest: PolicyOutcome): Promise<string> {
  const caFile = 'inForce' in latest ? latest.inForce.policy.ehr.caFile : undefined
  const paths = caFile === undefined ? [path] : [path, resolve(dirname(path), caFile)]
  const marks = await Promise.all(
    paths.map(async (one) => {
      try {
        const { ino, mtimeMs, ctimeMs, size } = await stat(one)
        return `${ino}:${mtimeMs}:${ctimeMs}:${size}`
      } catch {
        return 'none'
      }
    }),
  )
  return marks.join('|')
}
