import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { OwnEvent } from '../audit/own-events.ts'
import { openDeviceKey } from '../vault/device-key.ts'
import { memoryKeychain } from '../vault/memory-keychain.ts'
import { openOrders, type OrdersParts } from './index.ts'

vi.mock('./service.ts', () => {
  throw new Error('ENOENT')
})

const start = Date.UTC(2026, 0, 5, 7)
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

it('says on the screen and in the chain at once that no orders come, where what asks for them cannot be loaded @164.312(b)', async () => {
  const userData = await mkdtemp(join(tmpdir(), 'orders-'))
  folders.push(userData)
  const keychain = memoryKeychain()
  const nothing = () => undefined
  const nobody = async () => undefined
  const parts: OrdersParts = {
    userData, keychain, log: { event: nothing, foreign: nothing }, key: await openDeviceKey(keychain), clock: { now: () => start }, monotonic: () => 0,
    wipe: nobody, vault: { voidPin: nobody }, tell: nothing, ehr: () => Promise.reject(new Error('not asked here')), last: nobody, waiting: async () => [], leave: nobody, heard: nothing,
  }
  const orders = await openOrders(parts)
  const told: OwnEvent[] = []
  let shown: number | undefined
  orders.notice.onChange(() => (shown = orders.notice.unheardSince()))
  const workstation = { session: () => ({ state: 'signedOut', epoch: 1 }) as const, dispatch: nothing, settled: nobody, signOutWaiting: nobody, reviewWaiting: nobody, audit: { tell: (own: OwnEvent) => void told.push(own), announce: nobody } }
  await expect(orders.begin({ workstation, newCorrelation: () => '00000000', status: () => ({}) })).rejects.toThrow()
  expect([shown, orders.hears()]).toEqual([start, false])
  expect(told).toEqual([{ event: 'orders.unheard', outcome: 'failed', cause: 'refresh', failure: 'internal' }])
  await orders.close()
})
