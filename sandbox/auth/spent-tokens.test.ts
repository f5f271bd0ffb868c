import type { AdapterPayload } from 'oidc-provider'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../database.ts'
import { grantStore } from './grant-store.ts'

/** A grant whose tokens are written as the provider writes them; a second passes where the test says so. */
function aGrant({ bears = true } = {}) {
  let seconds = 1_900_000_000
  const store = grantStore(openDatabase(':memory:'), { now: () => seconds * 1_000 })
  const [refresh, access] = [store.adapter('RefreshToken', () => bears), store.adapter('AccessToken', () => bears)]
  const of = (id: string, rotations?: number): AdapterPayload => ({ jti: id, grantId: 'grant', iat: seconds, ...(rotations === undefined ? {} : { rotations }) })
  return {
    later: (by: number) => (seconds += by),
    give: (id: string, rotations?: number) => refresh.upsert(id, of(id, rotations), 3_600),
    giveAccess: (id: string) => access.upsert(id, of(id), 300),
    spend: (id: string) => refresh.consume(id),
    /** Whether the provider would take it. */
    isGood: async (id: string) => {
      const found = await refresh.find(id)
      return found !== undefined && found.consumed === undefined
    },
    hasAccess: async (id: string) => (await access.find(id)) !== undefined,
  }
}

/** First, and redeemed once for `second`. */
async function redeemedOnce(setting = {}) {
  const grant = aGrant(setting)
  await grant.give('first')
  await grant.giveAccess('access-first')
  grant.later(60)
  await grant.spend('first')
  await grant.give('second', 1)
  await grant.giveAccess('access-second')
  return grant
}

describe('a refresh token that was redeemed', () => {
  it('is taken again for ten minutes, counted from the first time, and not longer', async () => {
    const grant = await redeemedOnce()
    grant.later(590)
    expect(await grant.isGood('first')).toBe(true)
    await grant.spend('first')
    grant.later(20)
    expect(await grant.isGood('first')).toBe(false)
  })

  it('is not once its successor was redeemed', async () => {
    const grant = await redeemedOnce()
    await grant.spend('second')
    await grant.give('third', 2)
    expect(await grant.isGood('first')).toBe(false)
    // Nor where that is all that is known of the successor.
    expect(await grant.isGood('second')).toBe(true)
  })

  it('is not at an EHR that bears none of it', async () => {
    expect(await (await redeemedOnce({ bears: false })).isGood('first')).toBe(false)
  })
})

describe('what a refresh token is given for the second time', () => {
  it('takes the place of what it was given for before, whose access tokens are gone; those from before stay', async () => {
    const grant = await redeemedOnce()
    grant.later(5)
    await grant.spend('first')
    await grant.give('second-again', 1)
    await grant.giveAccess('access-again')
    expect([await grant.isGood('second'), await grant.isGood('second-again')]).toEqual([false, true])
    expect([await grant.hasAccess('access-first'), await grant.hasAccess('access-second'), await grant.hasAccess('access-again')]).toEqual([true, false, true])
    // The third time as well.
    await grant.give('second-at-last', 1)
    expect([await grant.isGood('second'), await grant.isGood('second-again'), await grant.isGood('second-at-last')]).toEqual([false, false, true])
  })

  it('is worth nothing where the first was redeemed meanwhile', async () => {
    const grant = await redeemedOnce()
    expect(await grant.isGood('first')).toBe(true)
    await grant.spend('second')
    await grant.give('third', 2)
    await grant.give('second-again', 1)
    expect([await grant.isGood('second-again'), await grant.isGood('third')]).toEqual([false, true])
  })
})
