import path from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import type { Log } from '../diagnostics/log.ts'
import type { FollowedPolicy } from '../policy/follow.ts'
import type { Workstation } from '../session/workstation.ts'
import { auditAnchor } from '../vault/audit-anchor.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import type { OpenedKeychain } from '../vault/open-keychain.ts'
import { createHoldKeeper, type HoldKeeper } from './alerts/hold-keeper.ts'
import { carriedEvent, raisedEvent } from './alerts/raised.ts'
import { createWitness } from './alerts/witness.ts'
import { type AuditChain, createAuditChain } from './chain.ts'
import { chainFolder } from './disk.ts'
import { createPruner } from './pruner.ts'
import { type PlacesParts, placesOf } from './ship/places.ts'
import { createShipping, type Shipping } from './ship/shipping.ts'

export interface OpenAuditParts extends Pick<PlacesParts, 'send' | 'keychain' | 'proxyFor'> {
  /** Folder of the application's own data. */
  readonly userData: string
  readonly key: DeviceKey | undefined
  /** Where it is kept how far the chain has come: the chain itself tells of its failures. */
  readonly anchor: OpenedKeychain['keychain']
  readonly policy: Pick<FollowedPolicy, 'isSet' | 'inForce'>
  /** Whose doings it records; known once the chain is. */
  workstation(): Pick<Workstation, 'session' | 'holdsChanged' | 'lockFor'>
  readonly clock: Clock
  monotonic(): number
  readonly log: Log
}

export interface OpenedAudit {
  readonly chain: AuditChain
  readonly shipping: Shipping
  readonly holds: HoldKeeper
  /** Reports to the places that the policy names as it says now. */
  ship(): void
}

/** The audit chain of this workstation: written, weighed by the rules, reported, and pruned of what has been. Opens no file yet. */
export function openAudit({ userData, key, anchor, policy, workstation, clock, monotonic, log, send, keychain, proxyFor }: OpenAuditParts): OpenedAudit {
  const folder = path.join(userData, 'audit')
  const disk = chainFolder(folder)
  const device = key?.deviceId ?? 'unknown'
  const shipping = createShipping({ folder, key, log, chance: Math.random, onKept: () => void pruner.look() })
  const holds = createHoldKeeper({ carry: (hold) => chain.tell(carriedEvent(hold)), changed: () => workstation().holdsChanged() })
  const witness = createWitness({
    disk,
    holds,
    policy: () => policy.inForce().policy.audit.alerts,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    monotonic,
    log,
    raise: (alert) => {
      chain.tell(raisedEvent(alert))
      // Not with the next group: what is not in the chain now is not acted upon.
      void chain.flush().catch(() => undefined)
      if (alert.response === 'lock') workstation().lockFor(alert.user)
    },
  })
  const chain: AuditChain = createAuditChain({ disk, witness: witness.saw, clock, monotonic, log, key, anchor: auditAnchor(anchor), actor, onDurable: shipping.upTo })
  const pruner = createPruner({ disk, announce: chain.announcePruned, clock, log, keepDays: () => policy.inForce().policy.audit.keepLocallyDays, places: shipping.acknowledged })
  return {
    chain,
    shipping,
    holds,
    ship: () => shipping.to(policy.isSet() ? placesOf({ policy: policy.inForce().policy, device, log, send, keychain, caPem: policy.inForce().caPem, proxyFor, clock }) : []),
  }

  function actor() {
    const session = workstation().session()
    return { user: 'who' in session ? session.who.userKey : undefined, device, epoch: session.epoch }
  }
}
