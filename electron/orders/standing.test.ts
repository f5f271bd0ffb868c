import { describe, expect, it } from 'vitest'
import { kindOf } from '../../shared/errors.ts'
import type { AuthPort, VaultPort } from '../session/ports.ts'
import type { Keychain } from '../vault/keychain.ts'
import { memoryKeychain } from '../vault/memory-keychain.ts'
import { createStandings, guardedVault, liftingSignIn, standingAccount } from './standing.ts'

const [nurse, account] = ['a'.repeat(26), standingAccount('a'.repeat(26))]

/** A keychain that takes its time over what it deletes. */
function slowToDelete(secrets: Keychain): Keychain {
  return {
    ...secrets,
    delete: async (name) => {
      for (let tick = 0; tick < 20; tick += 1) await Promise.resolve()
      await secrets.delete(name)
    },
  }
}

describe('orders against a person that come at once', () => {
  it('hold as the last one says: who is disabled after being enabled is out, now and at the next start', async () => {
    const secrets = memoryKeychain()
    await secrets.set(account, 'out')
    const standings = createStandings(slowToDelete(secrets))
    await Promise.all([standings.lift(nurse), standings.set(nurse, 'out')])
    expect([await standings.of(nurse), await secrets.get(account)]).toEqual(['out', 'out'])
  })

  it('let in who is enabled after being disabled', async () => {
    const secrets = memoryKeychain()
    const standings = createStandings(slowToDelete(secrets))
    await Promise.all([standings.set(nurse, 'out'), standings.lift(nurse)])
    expect([await standings.of(nurse), await secrets.get(account)]).toEqual([undefined, undefined])
  })

  it('ask for a full sign-in of who is enabled and has to sign in', async () => {
    const secrets = memoryKeychain()
    await secrets.set(account, 'out')
    const standings = createStandings(slowToDelete(secrets))
    expect(await standings.of(nurse)).toBe('out')
    await Promise.all([standings.lift(nurse), standings.set(nurse, 'sign-in')])
    expect([await standings.of(nurse), await secrets.get(account)]).toEqual(['sign-in', 'sign-in'])
  })

  it('are not undone by a reading that began before them', async () => {
    const secrets = memoryKeychain()
    let answer: (stored: string | undefined) => void = () => undefined
    const standings = createStandings({ ...secrets, get: () => new Promise((resolve) => (answer = resolve)) })
    const read = standings.of(nurse)
    const set = standings.set(nurse, 'out')
    answer(undefined)
    await set
    expect([await read, await standings.of(nurse)]).toEqual(['out', 'out'])
  })

  it('turn away who was disabled while their sign-in lifted what stood before', async () => {
    const secrets = memoryKeychain()
    await secrets.set(account, 'out')
    const standings = createStandings({
      ...secrets,
      delete: async (name) => {
        await secrets.delete(name)
        void standings.set(nurse, 'out')
      },
    })
    // Of who signed in, only whose key it is matters here.
    const signedIn = { who: { userKey: nurse } } as Awaited<ReturnType<AuthPort['signIn']>>
    const port: Pick<AuthPort, 'signIn' | 'waiting'> = { signIn: async () => signedIn, waiting: async () => [] }
    await expect(liftingSignIn(port, standings, () => undefined).signIn(undefined, AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await standings.of(nurse)).toBe('out')
  })
})

describe('a keychain that fails', () => {
  it('lifts no order in this process: a PIN opens nothing once it answers again', async () => {
    const secrets = memoryKeychain()
    let isLocked = true
    const unlessLocked = <T>(act: () => Promise<T>) => (isLocked ? Promise.reject(new Error('locked')) : act())
    const standings = createStandings({ get: (name) => unlessLocked(() => secrets.get(name)), set: (name, secret) => unlessLocked(() => secrets.set(name, secret)), delete: (name) => unlessLocked(() => secrets.delete(name)) })
    await expect(standings.set(nurse, 'sign-in')).rejects.toThrow('locked')
    isLocked = false
    expect(await standings.of(nurse)).toBe('sign-in')
  })
})

describe('whoever has an order against them', () => {
  it('gets neither a key part, nor a challenge, nor tries by answering one', async () => {
    const asked: string[] = []
    const does = (what: string) => async () => void asked.push(what)
    // Of a vault, only what is guarded matters here.
    const vault = { releaseKeyPart: does('part'), challenge: does('challenge'), answerChallenge: does('answer') } as unknown as VaultPort
    for (const standing of ['out', 'sign-in'] as const) {
      const guarded = guardedVault(vault, { of: async () => standing })
      for (const work of [guarded.releaseKeyPart(nurse, 'one'), guarded.challenge(nurse), guarded.answerChallenge(nurse, 'code')]) expect(await work.catch(kindOf)).toBe('locked')
    }
    expect(asked).toEqual([])
    const free = guardedVault(vault, { of: async () => undefined })
    await Promise.all([free.releaseKeyPart(nurse, 'one'), free.challenge(nurse), free.answerChallenge(nurse, 'code')])
    expect(asked).toEqual(['part', 'challenge', 'answer'])
  })
})
