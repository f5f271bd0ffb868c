import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { Policy } from '../../shared/policy.ts'
import type { VaultPort } from '../session/ports.ts'
import type { Keychain } from '../vault/keychain.ts'
import { watchKeychain } from '../vault/watched-keychain.ts'
import { auditedVault } from './audited-vault.ts'
import { heldBack } from './held-back.ts'
import type { OwnAudit, OwnEvent } from './own-events.ts'
import { policyEvent } from './policy-event.ts'

/** What happened, in its order: entries and what the vault did. */
function recorder(refuses = false) {
  const order: unknown[] = []
  const audit: OwnAudit = {
    announce: async (own) => {
      if (refuses) throw new ChartkeepError('audit-unavailable')
      order.push(own)
    },
    tell: (own) => void order.push(own),
  }
  const does = <T>(name: string, value: T) => async () => {
    order.push(name)
    return value
  }
  const part = { part: Uint8Array.of(1), triesLeft: 4, presence: 'not-asked' as const, epoch: 1, due: 'key-part' as const, keyPartDays: 91, dataKeyDays: 200 }
  const vault: VaultPort = {
    releaseKeyPart: does('released', part),
    renewKeyPart: does('renewed', { fresh: { id: 'two', part: Uint8Array.of(2) }, named: undefined, epoch: 1 }),
    settleKeyPart: does('settled', undefined),
    succeedKeyPart: does('succeeded', { id: 'two', part: Uint8Array.of(2) }),
    needsNewKeys: does('looked', false),
    orderRotation: does('ordered', undefined),
    keepEpoch: does('kept', undefined),
    voidPin: does('voided', undefined),
    pinState: does('asked', 'set' as const),
    triesLeft: does('asked', 4),
    challenge: does('challenged', { code: '22222-22222', validMs: 1 }),
    answerChallenge: does('granted', { triesLeft: 3 }),
    folder: () => undefined,
  }
  return { order, audit, vault, audited: auditedVault(vault, audit, () => '0badcafe') }
}
const said = (event: OwnEvent['event'], outcome: OwnEvent['outcome'], more: object = {}) => expect.objectContaining({ event, outcome, correlation: '0badcafe', ...more })

describe('what is done to keys @164.312(b)', () => {
  it('is announced before a part of a key is released or made, and its outcome told', async () => {
    const { order, audited } = recorder()
    expect(await audited.releaseKeyPart('u', 'one')).toMatchObject({ triesLeft: 4 })
    await audited.renewKeyPart('u', 'one')
    await audited.succeedKeyPart('u', 'one')
    expect(order).toEqual([
      said('key.release', 'intent'), 'released', said('key.release', 'success', { facts: { triesLeft: 4, presence: 'not-asked', due: 'key-part', keyPartDays: 91, dataKeyDays: 200 } }),
      said('key.renew', 'intent'), 'renewed', said('key.renew', 'success', { facts: {} }),
      said('key.renew', 'intent'), 'succeeded', said('key.renew', 'success', { facts: {} }),
    ])
    expect(JSON.stringify(order)).not.toContain('"part"')
  })

  it('tells which data key is in use from then on, and when somebody orders another', async () => {
    const { order, audited } = recorder()
    await audited.settleKeyPart('u', { part: 'two', dataKey: 3, epoch: 1 }, 'rotation')
    await audited.orderRotation('u', 'data-key')
    expect(order).toEqual(['settled', said('key.settle', 'success', { facts: { generation: 3 } }), 'ordered', said('key.rotation-order', 'success', { facts: { due: 'data-key' } })])
  })

  it('does not happen where it cannot be recorded: no key part leaves, no try is counted, none is granted', async () => {
    const { order, audited } = recorder(true)
    for (const asked of [audited.releaseKeyPart('u', 'one'), audited.renewKeyPart('u', 'one'), audited.succeedKeyPart('u', 'one'), audited.answerChallenge('u', 'code')]) await expect(asked).rejects.toMatchObject({ kind: 'audit-unavailable' })
    expect(order).toEqual([])
  })

  it('is told when it fails, with its kind', async () => {
    const { order, audit, vault } = recorder()
    const failing = auditedVault({ ...vault, releaseKeyPart: () => Promise.reject(new ChartkeepError('pin-void', { triesLeft: 0 })) }, audit, () => '0badcafe')
    await expect(failing.releaseKeyPart('u', 'one')).rejects.toMatchObject({ kind: 'pin-void', facts: { triesLeft: 0 } })
    expect(order.at(-1)).toEqual(said('key.release', 'failed', { failure: 'pin-void' }))
  })

  it('shuts a door even where that cannot be recorded yet', async () => {
    const { order, audited } = recorder(true)
    await audited.voidPin('u')
    await audited.settleKeyPart('u', { part: 'one', dataKey: 1, epoch: 1 }, 'unlock')
    expect(order).toEqual(['voided', said('pin.void', 'success'), 'settled', said('key.settle', 'success')])
  })
})

describe('what fails in the keychain', () => {
  it('is told by its kind, never by what was asked for, and still fails', async () => {
    const refuse = () => Promise.reject(new ChartkeepError('keychain-denied'))
    const keychain: Keychain = { get: refuse, set: refuse, delete: refuse }
    const told: unknown[][] = []
    const watched = watchKeychain({ opened: { keychain, keeping: 'sealed' }, look: () => Promise.resolve(undefined), failed: (...args) => void told.push(args), began: () => undefined, newCorrelation: () => '0badcafe' }).keychain
    for (const asked of [watched.get('tries/u'), watched.set('tries/u', '1'), watched.delete('tries/u')]) await expect(asked).rejects.toMatchObject({ kind: 'keychain-denied' })
    expect(told).toEqual([['keychain-denied'], ['keychain-denied'], ['keychain-denied']])
  })
})

describe('which policy holds', () => {
  const inForce = (idle: number) => ({ policy: Policy.parse({ ehr: { fhirBase: 'https://ehr.example.org/fhir', clientId: 'c' }, session: { lockAfterSeconds: idle } }), caPem: undefined })
  const refusal = { line: 1, column: 1, detail: 'not JSON' }

  it('is told by its digest, which another policy does not share', () => {
    const [a, b, again] = [600, 500, 600].map((idle) => policyEvent({ state: 'loaded', inForce: inForce(idle), source: 'file' as never }).facts?.policy)
    expect(a).toMatch(/^[0-9a-f]{64}$/)
    expect(again).toBe(a)
    expect(b).not.toBe(a)
  })

  it('is told when it was refused, or is none', () => {
    expect(policyEvent({ state: 'held', inForce: inForce(600), refusal } as never)).toMatchObject({ event: 'policy.held', outcome: 'failed', facts: { policy: expect.any(String) } })
    expect(policyEvent({ state: 'refused', refusal, path: '/x' } as never)).toMatchObject({ event: 'policy.refused', outcome: 'failed' })
    expect(policyEvent({ state: 'policy-missing', path: '/x' })).toMatchObject({ event: 'policy.missing', outcome: 'failed' })
  })
})

describe('what is said before the chain may be opened', () => {
  it('is told when it may, in its order', () => {
    const { order, audit } = recorder()
    const own = heldBack()
    own.tell({ event: 'app.started', outcome: 'success' })
    own.tell({ event: 'policy.loaded', outcome: 'success' })
    expect(order).toEqual([])
    own.release(audit)
    own.tell({ event: 'app.ended', outcome: 'success' })
    expect(order.map((each) => (typeof each === 'object' && each !== null && 'event' in each ? each.event : each))).toEqual(['app.started', 'policy.loaded', 'app.ended'])
  })
})
