import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largestSecret } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { userKeyOf } from './user-key.ts'
import { users } from './users.ts'
import { user } from './vault.testing.ts'

describe('the known user', () => {
  const known = { userKey: user, user: { displayName: 'Amara Osei', role: 'physician' }, permissions: ['chart:read'], issuer: 'https://ehr.example', subject: '1', authTime: 1 } as const

  it('is the one behind the lock until they sign out', async () => {
    const all = users(memoryKeychain())
    await all.remember({ ...known, permissions: [...known.permissions] })
    expect(await all.last()).toMatchObject({ userKey: user })
    await all.leave(user)
    expect(await all.last()).toBeUndefined()
  })

  it('waits here with the others, the newest first, until they sign out; whoever comes back is in front again', async () => {
    const keychain = memoryKeychain()
    const all = users(keychain)
    const [one = '', two = '', three = ''] = ['a', 'b', 'c'].map((letter) => letter.repeat(26))
    for (const userKey of [one, two, three]) await all.remember({ ...known, userKey, permissions: [] })
    const waiting = async () => (await users(keychain).waiting()).map(({ userKey }) => userKey)
    expect(await waiting()).toEqual([three, two, one])
    await all.comeBack(one)
    expect([(await all.last())?.userKey, await waiting()]).toEqual([one, [one, three, two]])
    await all.leave(three)
    expect([(await all.last())?.userKey, await waiting()]).toEqual([one, [one, two]])
    await all.leave(one)
    expect([await all.last(), await waiting()]).toEqual([undefined, [two]])
    // Of whom nothing can be read: left out, and not deleted.
    await keychain.set(`user/${two}`, 'rubbish')
    expect(await waiting()).toEqual([])
    expect(await keychain.get(`user/${two}`)).toBe('rubbish')
    await keychain.set('waiting-users', 'rubbish')
    await all.remember({ ...known, userKey: one, permissions: [] })
    expect(await waiting()).toEqual([one])
  })

  it('who comes back while another one leaves is the one in front, however slow the keychain is with each of it', async () => {
    const [one, two] = ['a'.repeat(26), 'b'.repeat(26)]
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (order) => {
        const kept = memoryKeychain()
        for (const userKey of [two, one]) await users(kept).remember({ ...known, userKey, permissions: [] })
        const slow = <T>(act: () => Promise<T>) => order.schedule(Promise.resolve()).then(act)
        const all = users({ get: (account) => slow(() => kept.get(account)), set: (...given) => slow(() => kept.set(...given)), delete: (account) => slow(() => kept.delete(account)) })
        await order.waitFor(Promise.all([all.comeBack(two), all.leave(one)]))
        expect([(await users(kept).last())?.userKey, (await users(kept).waiting()).map(({ userKey }) => userKey)]).toEqual([two, [two]])
      }),
    )
  })

  it('is among sixteen at most, who all fit into what Windows keeps; one from before there was a list waits too', async () => {
    const keychain = memoryKeychain()
    await keychain.set('last-user', user)
    await keychain.set(`user/${user}`, JSON.stringify(known))
    expect(await users(keychain).waiting()).toHaveLength(1)
    for (let number = 0; number < 20; number += 1) await users(keychain).remember({ ...known, userKey: userKeyOf('https://ehr.example', String(number)), permissions: [] })
    expect(await users(keychain).waiting()).toHaveLength(16)
    expect(Buffer.byteLength((await keychain.get('waiting-users')) ?? '')).toBeLessThan(largestSecret)
  })

  it('whose entry was given to another one is nobody', async () => {
    const keychain = memoryKeychain()
    await users(keychain).remember({ ...known, permissions: [] })
    await keychain.set('last-user', 'b'.repeat(26))
    await keychain.set(`user/${'b'.repeat(26)}`, JSON.stringify(known))
    await expect(users(keychain).last()).rejects.toMatchObject({ kind: 'keychain-corrupt' })
  })

  it('is refused when somebody gave them another role in it', async () => {
    const keychain = memoryKeychain()
    await users(keychain).remember({ ...known, permissions: [] })
    await keychain.set(`user/${user}`, JSON.stringify({ ...known, permissions: ['everything'] }))
    await expect(users(keychain).last()).rejects.toMatchObject({ kind: 'keychain-corrupt' })
  })

  it('has a name that tells nothing and never collides by how it is cut', () => {
    expect(userKeyOf('https://ehr.example', 'amara')).toMatch(/^[a-z2-7]{26}$/)
    expect(userKeyOf('https://ehr.example', '1')).not.toBe(userKeyOf('https://ehr.example1', ''))
  })
})
