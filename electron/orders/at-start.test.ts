import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { memoryKeychain } from '../vault/memory-keychain.ts'
import { openOrders } from './index.ts'
import { openJournal } from './journal.ts'

const clock = { now: () => 0 }
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-at-start-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('what a start has carried out is carried out again by the next one, until the chain has what became of it @164.312(b)', async () => {
  const keychain = memoryKeychain()
  const { journal } = await openJournal(folder, keychain)
  await journal.change((kept) => ({ ...kept, pending: [{ jti: 'order-1', kind: 'reset-pin', userKey: 'a'.repeat(26) }, { jti: 'order-2', kind: 'message', message: 'Please call 4711' }] }))
  const told: string[] = []
  const start = () =>
    openOrders({
      userData: folder, keychain, log: createLog(() => undefined, clock), key: undefined, clock, monotonic: () => 0, tell: ({ event, outcome }) => void told.push(`${event} ${outcome}`),
      wipe: async () => undefined, vault: { voidPin: async () => undefined }, ehr: () => Promise.reject(new Error('not asked here')),
      last: async () => ({ userKey: 'a'.repeat(26) }), waiting: async () => [], leave: async () => undefined, heard: () => undefined,
    })
  const pending = async () => (await openJournal(folder, keychain)).journal.current().pending.map(({ jti }) => jti)
  const both = ['order.reset-pin success', 'order.message success']

  await start()
  expect(told.splice(0)).toEqual(both)
  expect(await pending()).toEqual(['order-1', 'order-2'])
  const second = await start()
  expect(told.splice(0)).toEqual(both)
  await second.recorded()
  expect(await pending()).toEqual([])
  await start()
  expect(told).toEqual([])
})
