import { describe, expect, it } from 'vitest'
import type { KeychainFault } from '../../shared/keychain-faults.ts'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { openKeychain } from './open-keychain.ts'
import { watchKeychain } from './watched-keychain.ts'

/** A keychain that fails as it is told to. */
function troubled() {
  const whole = memoryKeychain()
  let failure: FailureKind | undefined
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (failure !== undefined) throw new ChartkeepError(failure)
    return work()
  }
  return {
    fails: (how: FailureKind | undefined) => void (failure = how),
    keychain: {
      get: (account: string) => ask(() => whole.get(account)),
      set: (account: string, secret: string) => ask(() => whole.set(account, secret)),
      delete: (account: string) => ask(() => whole.delete(account)),
    },
  }
}

async function watch(failure?: FailureKind, look: () => Promise<KeychainFault | undefined> = () => Promise.resolve(undefined)) {
  const { fails, keychain } = troubled()
  fails(failure)
  const told: string[] = []
  const changes: (KeychainFault | undefined)[] = []
  let codes = 0
  const watched = watchKeychain({
    opened: await openKeychain(keychain),
    look,
    failed: (fault) => told.push(fault),
    began: ({ fault, correlation }) => told.push(`began ${fault} ${correlation}`),
    newCorrelation: () => `code-${(codes += 1)}`,
  })
  watched.onChange(() => changes.push(watched.trouble()?.fault))
  return { watched, fails, told, changes }
}

describe('what is known of the keychain', () => {
  it.each(['keychain-missing', 'keychain-locked', 'keychain-denied'] as const)('%s is known from the operation that failed until one that does not, and told once with its code', async (fault) => {
    const { watched, fails, told, changes } = await watch()
    expect(watched.trouble()).toBeUndefined()
    fails(fault)
    for (let time = 0; time < 3; time += 1) await expect(watched.keychain.get('a')).rejects.toMatchObject({ kind: fault })
    expect(watched.trouble()).toEqual({ fault, correlation: 'code-1' })
    fails(undefined)
    await watched.keychain.get('a')
    expect(watched.trouble()).toBeUndefined()
    expect(told).toEqual([fault, `began ${fault} code-1`, fault, fault])
    expect(changes).toEqual([fault, undefined])
  })

  it('that a secret is too large says nothing against the keychain', async () => {
    const { watched, fails } = await watch()
    fails('too-large')
    await expect(watched.keychain.set('a', 'x')).rejects.toMatchObject({ kind: 'too-large' })
    expect(watched.trouble()).toBeUndefined()
  })

  it('what works in the memory of a process that began without one does not make it well', async () => {
    const { watched } = await watch('keychain-locked')
    await watched.keychain.set('a', 'x')
    expect(watched.keeping).toBe('memory-only')
    expect(watched.trouble()?.fault).toBe('keychain-locked')
    expect(await watched.tryAgain()).toBeUndefined()
    expect(watched.trouble()?.fault).toBe('keychain-locked')
  })

  it('is looked for again when somebody asks, and what is still wrong is given', async () => {
    let standing: KeychainFault | undefined = 'keychain-denied'
    const { watched, fails } = await watch(undefined, () => Promise.resolve(standing))
    fails('keychain-locked')
    await watched.keychain.get('a').catch(() => undefined)
    expect(await watched.tryAgain()).toBe('keychain-denied')
    expect(watched.trouble()?.fault).toBe('keychain-denied')
    standing = undefined
    expect(await watched.tryAgain()).toBeUndefined()
    expect(watched.trouble()).toBeUndefined()
  })

  it('that something in it cannot be read stays known, whatever else works', async () => {
    const { watched } = await watch()
    watched.foundCorrupt()
    await watched.keychain.get('a')
    expect(await watched.tryAgain()).toBe('keychain-corrupt')
    expect(watched.trouble()?.fault).toBe('keychain-corrupt')
  })

  it('that something in it cannot be read is told again once it is unlocked, and no longer that it is locked', async () => {
    const { watched, fails, changes } = await watch()
    watched.foundCorrupt()
    fails('keychain-locked')
    await watched.keychain.get('a').catch(() => undefined)
    expect(watched.trouble()?.fault).toBe('keychain-locked')
    fails(undefined)
    await watched.keychain.get('a')
    expect(watched.trouble()?.fault).toBe('keychain-corrupt')
    expect(changes).toEqual(['keychain-corrupt', 'keychain-locked', 'keychain-corrupt'])
  })
})
