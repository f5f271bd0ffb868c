import { kindOf } from '../../shared/errors.ts'
import type { VaultPort } from '../session/ports.ts'
import type { OwnAudit, OwnEvent, OwnFacts } from './own-events.ts'

/**
 * A vault whose keys leave a trace: no part of a key is released or made before the entry that says so is durable
 * (164.312(b)). To void a PIN, or to give up the parts that are not used any more, waits for nothing: a full disk must
 * not keep a door open, and what was opened was announced.
 */
export function auditedVault(vault: VaultPort, audit: OwnAudit, newCorrelation: () => string): VaultPort {
  async function traced<T>(event: OwnEvent['event'], act: () => Promise<T>, isAnnounced: boolean, factsOf: (value: T) => OwnFacts): Promise<T> {
    const correlation = newCorrelation()
    if (isAnnounced) await audit.announce({ event, outcome: 'intent', correlation })
    try {
      const value = await act()
      audit.tell({ event, outcome: 'success', correlation, facts: factsOf(value) })
      return value
    } catch (error) {
      audit.tell({ event, outcome: 'failed', correlation, failure: kindOf(error) })
      throw error
    }
  }
  const released = ({ triesLeft, presence, due, keyPartDays, dataKeyDays }: Awaited<ReturnType<VaultPort['releaseKeyPart']>>): OwnFacts => ({
    triesLeft,
    presence,
    due,
    ...(keyPartDays === undefined ? {} : { keyPartDays }),
    ...(dataKeyDays === undefined ? {} : { dataKeyDays }),
  })
  const nothing = (): OwnFacts => ({})
  return {
    ...vault,
    releaseKeyPart: (userKey, part) => traced('key.release', () => vault.releaseKeyPart(userKey, part), true, released),
    renewKeyPart: (userKey, named) => traced('key.renew', () => vault.renewKeyPart(userKey, named), true, nothing),
    settleKeyPart: (userKey, opened, by) => traced('key.settle', () => vault.settleKeyPart(userKey, opened, by), false, () => ({ generation: opened.dataKey })),
    succeedKeyPart: (userKey, named) => traced('key.renew', () => vault.succeedKeyPart(userKey, named), true, nothing),
    orderRotation: (userKey, what) => traced('key.rotation-order', () => vault.orderRotation(userKey, what), false, () => ({ due: what })),
    // Tries that nobody could read of afterwards are not granted.
    answerChallenge: (userKey, typed) => traced('pin.tries-granted', () => vault.answerChallenge(userKey, typed), true, ({ triesLeft }) => ({ triesLeft })),
    voidPin: (userKey) => traced('pin.void', () => vault.voidPin(userKey), false, nothing),
  }
}
