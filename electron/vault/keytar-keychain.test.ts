import type * as keytar from 'keytar'
import { describe, expect, it } from 'vitest'
import { inTurn } from '../in-turn.ts'
import { keytarKeychain } from './keytar-keychain.ts'

/** A native keychain that answers when it is told to, and knows how many wait. */
function slowNative() {
  const waiting: (() => void)[] = []
  const asked: string[] = []
  let most = 0
  const question = (name: string) =>
    new Promise<void>((resolve) => {
      asked.push(name)
      waiting.push(resolve)
      most = Math.max(most, waiting.length)
    })
  const native: Pick<typeof keytar, 'getPassword' | 'setPassword' | 'deletePassword'> = {
    getPassword: (_service, account) => question(`get ${account}`).then(() => 'secret'),
    setPassword: (_service, account) => question(`set ${account}`),
    deletePassword: (_service, account) => question(`delete ${account}`).then(() => true),
  }
  return {
    // Of all that keytar has, what is asked here.
    load: () => Promise.resolve(native as typeof keytar),
    asked,
    most: () => most,
    answer: () => waiting.shift()?.(),
    isAsked: async (count: number) => {
      await expect.poll(() => asked.length).toBe(count)
    },
  }
}

describe('the questions to the keychain of the operating system', () => {
  it('are put one at a time, whoever asks', async () => {
    const native = slowNative()
    const turn = inTurn()
    const [here, there] = [keytarKeychain(5_000, native.load, turn), keytarKeychain(5_000, native.load, turn)]
    const answers = Promise.all([here.get('a'), there.set('b', 'x'), here.delete('c'), there.get('d')])
    for (let count = 1; count <= 4; count += 1) {
      await native.isAsked(count)
      native.answer()
    }
    expect(await answers).toEqual(['secret', undefined, undefined, 'secret'])
    expect(native.most()).toBe(1)
  })

  it('that wait behind one without an answer are told so in time, and are not put when it comes at last', async () => {
    const native = slowNative()
    const turn = inTurn()
    const keychain = keytarKeychain(50, native.load, turn)
    const left = Promise.allSettled([keychain.get('a'), keychain.set('b', 'old'), keychain.get('c')])
    expect((await left).map((each) => each.status === 'rejected' && each.reason)).toEqual([1, 2, 3].map(() => expect.objectContaining({ kind: 'keychain-locked' })))
    expect(native.asked).toEqual(['get a'])
    native.answer()
    const next = keytarKeychain(5_000, native.load, turn).get('d')
    await native.isAsked(2)
    native.answer()
    expect(await next).toBe('secret')
    expect(native.asked).toEqual(['get a', 'get d'])
  })
})
