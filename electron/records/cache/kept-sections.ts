import type { Clock } from '../../../shared/clock.ts'
import type { SectionName } from '../../../shared/contract/index.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { Policy } from '../../../shared/policy.ts'
import type { Continuation, KeptPage } from '../fhir/load-section.ts'
import { attempts } from './attempt.ts'
import { getDivided, putDivided, removeDivided } from './divided-rows.ts'
import type { Rows } from './rows.ts'
import { mustNotBeKept } from './security-labels.ts'

const hour = 3_600_000

/** A part of a section as it was read from the EHR. */
export interface KeptSection {
  readonly pages: readonly KeptPage[]
  readonly rest: Continuation | undefined
  /** When the EHR last confirmed it, in epoch milliseconds. */
  readonly asOf: number
}

interface SectionAddress {
  readonly patient: string
  readonly section: SectionName
  /** Where the part begins; absent: at the start. */
  readonly from?: Continuation | undefined
}

/** What was read of the charts, bounded by policy in age and size. A failing disk never fails a read from the EHR. */
export interface KeptSections {
  /** What is kept and not too old; what is damaged is as if it were not there. */
  read(address: SectionAddress): KeptSection | undefined
  /** Remembered at once and written a moment later: nobody waits for a cache's disk. */
  keep(address: SectionAddress, section: KeptSection): void
  forget(address: SectionAddress): void
  forgetPatient(patient: string): void
  /** Writes what is still to be written. */
  settle(): void
  /** Applies the policy's bounds, as they are now, to all that is kept. */
  prune(): void
}

export interface KeptSectionsParts {
  readonly rows: Rows
  /** As it says now. */
  readonly policy: () => Policy['cache']
  readonly clock: Clock
  /** Told why something was not kept or not found. */
  readonly trouble: (failure: FailureKind) => void
  /** Runs something after so many milliseconds. */
  readonly later: (act: () => void, ms: number) => void
}

/** A chart's sections are asked for at once: writing waits until they are answered and shown. In ms. */
const beforeWriting = 300
/** And leaves room between two of them. In ms. */
const betweenWrites = 20

/** How many times something is kept before the bounds are applied again: each application looks at every row's size. */
const pruneEvery = 50

export function createKeptSections({ rows, policy, clock, trouble, later }: KeptSectionsParts): KeptSections {
  const oldest = () => clock.now() - policy().maxAgeHours * hour
  const addressOf = ({ patient, section, from }: SectionAddress) => ({ patient, what: JSON.stringify([section, from?.starts ?? []]) })
  const unwritten = new Map<string, { readonly address: SectionAddress; readonly section: KeptSection }>()
  const nameOf = (address: SectionAddress) => JSON.stringify(addressOf(address))
  let kept = 0

  const attempt = attempts(trouble)

  /** What is from the future was kept under a clock that was wrong: its age is unknown. */
  function isOfAge(asOf: number): boolean {
    return asOf >= oldest() && asOf <= clock.now() + hour
  }

  function write(name: string): void {
    const found = unwritten.get(name)
    unwritten.delete(name)
    if (found === undefined) return
    const { address, section } = found
    attempt(() => putDivided(rows, addressOf(address), section, section.asOf))
    kept += 1
    if (kept % pruneEvery === 0) prune()
  }

  /** One at a time, so that a call that comes meanwhile is answered between two. */
  function writeNext(): void {
    const [name] = unwritten.keys()
    if (name === undefined) return
    write(name)
    if (unwritten.size > 0) later(writeNext, betweenWrites)
  }

  function prune(): void {
    const { enabled, maxMegabytes } = policy()
    if (enabled) {
      attempt(() => rows.prune(oldest(), maxMegabytes * 1024 * 1024))
      return
    }
    // Nothing may be kept any more, nor what was.
    unwritten.clear()
    attempt(() => rows.prune(Number.MAX_SAFE_INTEGER, 0))
  }

  return {
    read(address) {
      if (!policy().enabled) return undefined
      const waiting = unwritten.get(nameOf(address))
      if (waiting !== undefined) return isOfAge(waiting.section.asOf) ? waiting.section : undefined
      const found = attempt(() => getDivided(rows, addressOf(address)))
      if (found === undefined || isOfAge(found.asOf)) return found
      attempt(() => removeDivided(rows, addressOf(address)))
      return undefined
    },
    keep(address, section) {
      if (!policy().enabled) return
      unwritten.delete(nameOf(address))
      if (section.pages.some((page) => page.resources.some(mustNotBeKept))) {
        // Not a part of it either: a list that lacks an entry, unseen, is worse than none.
        attempt(() => removeDivided(rows, addressOf(address)))
        return
      }
      unwritten.set(nameOf(address), { address, section })
      if (unwritten.size === 1) later(writeNext, beforeWriting)
    },
    forget(address) {
      unwritten.delete(nameOf(address))
      attempt(() => removeDivided(rows, addressOf(address)))
    },
    forgetPatient(patient) {
      for (const [name, { address }] of unwritten) if (address.patient === patient) unwritten.delete(name)
      attempt(() => rows.removePatient(patient))
    },
    settle() {
      for (const name of unwritten.keys()) write(name)
    },
    prune,
  }
}
