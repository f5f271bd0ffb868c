import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { OwnEvent } from '../audit/own-events.ts'
import { createFarewells } from './farewells.ts'

function farewells() {
  const chain: string[] = []
  const tell = ({ event, outcome, failure, about }: OwnEvent) => void chain.push([event, outcome, failure, about?.user].filter((word) => word !== undefined).join(' '))
  return { ...createFarewells(tell), chain, settled: () => new Promise((resolve) => setImmediate(resolve)) }
}

describe('the refresh token of somebody who was wiped', () => {
  it('is told to the EHR once there is a way, whenever it came, and the chain says what came of it, and never the token', async () => {
    const { take, begin, chain, settled } = farewells()
    const told: string[] = []
    take('amara', 'token-1')
    await settled()
    expect([told, chain]).toEqual([[], []])
    begin(async (token) => told.push(token) === 1)
    await settled()
    take('nils', 'token-2')
    await settled()
    expect([told, chain]).toEqual([['token-1', 'token-2'], ['token.revoke success amara', 'token.revoke failed nils']])
    expect(chain.join()).not.toContain('token-')
  })

  it('that cannot be told is told by nobody again, and keeps no other one back', async () => {
    const { take, begin, chain, settled } = farewells()
    begin((token) => (token === 'token-1' ? Promise.reject(new ChartkeepError('offline')) : Promise.resolve(true)))
    take('amara', 'token-1')
    take('nils', 'token-2')
    await settled()
    expect(chain.toSorted()).toEqual(['token.revoke failed offline amara', 'token.revoke success nils'])
  })
})
