import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Policy } from '../../shared/policy.ts'
import { epochs } from './epochs.ts'
import { keyParts } from './key-part.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { type PresencePort, presenceCheck } from './presence.ts'
import { rotations } from './rotations.ts'
import { tries } from './tries.ts'
import { createVault } from './vault.ts'

const user = 'a'.repeat(26)
const signedInAt = 1_000_000

/** A sensor that answers as it is told to: it stands for the port, and says nothing of any real one. */
function sensor(...answers: readonly (Awaited<ReturnType<PresencePort['confirm']>> | 'never')[]) {
  let asked = 0
  const port: PresencePort = {
    way: 'touch-id',
    confirm: () => {
      const answer = answers[asked] ?? 'never'
      asked += 1
      return answer === 'never' ? new Promise(() => undefined) : Promise.resolve(answer)
    },
  }
  return { port, asked: () => asked }
}

async function vaultWith(port: PresencePort | undefined, { presence = 'with-pin', at = signedInAt + 3_600_000 }: { readonly presence?: Policy['unlock']['presence']; readonly at?: number } = {}) {
  const keychain = memoryKeychain()
  const clock = { now: () => at }
  const check = presenceCheck({ policy: () => ({ presence }), port, authTime: () => signedInAt, clock, wait: () => Promise.resolve() })
  const vault = createVault({
    keyParts: keyParts(keychain),
    tries: tries({ keychain, monotonic: () => 60_000, wait: () => Promise.resolve() }),
    epochs: epochs(keychain),
    rotations: rotations({ keychain, clock, policy: () => ({ keyPartDays: 0, dataKeyDays: 0 }) }),
    presence: check,
    keeping: 'sealed',
    userData: mkdtempSync(path.join(tmpdir(), 'chartkeep-presence-')),
  })
  const { fresh } = await vault.renewKeyPart(user, undefined)
  await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 1 }, 'new-pin')
  return { vault, release: () => vault.releaseKeyPart(user, fresh.id) }
}

describe('a check that the person is there, beside the PIN @164.312(d)', () => {
  it('is not asked for by itself', async () => {
    const { port, asked } = sensor('refused')
    expect(await (await vaultWith(port, { presence: 'off' })).release()).toMatchObject({ presence: 'not-asked', triesLeft: 4 })
    expect(asked()).toBe(0)
  })

  it('comes after the try is counted and before the key part leaves; how it was unlocked is told', async () => {
    const { port } = sensor('present')
    expect(await (await vaultWith(port)).release()).toMatchObject({ presence: 'touch-id', triesLeft: 4, part: expect.any(Uint8Array) })
  })

  it('that is refused, or that nobody answers, releases nothing and has used the try: five end the PIN', async () => {
    const { port } = sensor('refused', 'never', 'refused', 'never', 'refused', 'present')
    const { vault, release } = await vaultWith(port)
    for (const triesLeft of [4, 3, 2, 1, 0]) await expect(release()).rejects.toMatchObject({ kind: 'presence-refused', facts: { triesLeft } })
    await expect(release()).rejects.toMatchObject({ kind: 'pin-void' })
    expect(await vault.pinState(user)).toBe('void')
  })

  it('that cannot be asked releases nothing and costs nothing: the way in is a full sign-in', async () => {
    for (const port of [undefined, sensor('unavailable').port]) {
      const { vault, release } = await vaultWith(port)
      await expect(release()).rejects.toMatchObject({ kind: 'presence-unavailable' })
      expect(await vault.triesLeft(user)).toBe(5)
    }
  })

  it('is not asked of who has just signed in fully, for five minutes, by a clock that was not set back', async () => {
    for (const at of [signedInAt, signedInAt + 299_999]) expect(await (await vaultWith(undefined, { at })).release()).toMatchObject({ presence: 'full-sign-in' })
    for (const at of [signedInAt - 1, signedInAt + 300_000]) await expect((await vaultWith(undefined, { at })).release()).rejects.toMatchObject({ kind: 'presence-unavailable' })
  })
})
