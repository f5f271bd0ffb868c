import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { registerDevice } from '../../../electron/auth/device.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import { openJournal } from '../../../electron/orders/journal.ts'
import { type OrderService, startOrders } from '../../../electron/orders/service.ts'
import { createTransport } from '../../../electron/transport/index.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type Said, Told } from './told.ts'

// Many workstations in one process, each with a key, a transport, a transmitter, a receiver and reports of its own: the application's, from the
// device's key to the moment at which the session would be told to lock. Of the rest: the chain records nothing, and the journal, whose
// file is synced for each order, stays in memory: two thousand disks are not one.

const [fhirBase = '', caFile = '', count = '0'] = process.argv.slice(2)
const caPem = readFileSync(caFile, 'utf8')
const ehr = { origins: [new URL(fhirBase).origin], caPem, pins: [], proxy: undefined }
const clock = { now: () => Date.now() }
const log = createLog(() => undefined, clock)
const audit = { announce: async () => undefined, tell: () => undefined }
const noKeychain = { ...memoryKeychain(), get: () => Promise.reject(new ChartkeepError('keychain-missing')) }

const keys = await Promise.all(Array.from({ length: Number(count) }, () => openDeviceKey(memoryKeychain())))
const services: OrderService[] = []
/** When each session was told to lock, in epoch milliseconds. */
const dark: number[] = []
const say = (said: Said) => void process.send?.(said)

async function register(token: string): Promise<void> {
  const transport = createTransport(ehr)
  for (let first = 0; first < keys.length; first += 12) {
    await Promise.all(keys.slice(first, first + 12).map(async (key) => {
      const { state } = await registerDevice({ fetch: transport.fetch, fhirBase, key, displayName: `WS-${key.deviceId.slice(0, 6)}`, clock }, token)
      if (state !== 'registered') throw new Error(`a workstation was not registered: ${state}`)
    }))
  }
  await transport.close()
}

/** One after the other, as people come to work. */
async function begin(overMs: number): Promise<void> {
  for (const key of keys) {
    const { journal } = await openJournal('', noKeychain)
    let state = 'active'
    let since = new Date(clock.now()).toISOString()
    const own = startOrders({
      ehr: async () => ({ fhirBase, caPem, pins: [], proxy: undefined }),
      key, clock, monotonic: () => performance.now(), journal, audit, log, before: [], heard: () => undefined, unheard: () => undefined,
      carryOut: async () => {
        dark.push(performance.timeOrigin + performance.now())
        state = 'locked'
        since = new Date(clock.now()).toISOString()
        own.changed()
        return 'done'
      },
      status: () => ({ state, since, site: 'North', appVersion: '0.1.0', policyVersion: 'fleet', unsent: { drafts: 0, changes: 0 } }),
    })
    services.push(own)
    await wait(overMs / keys.length)
  }
}

async function follow(told: Told): Promise<void> {
  if (told.do === 'register') await register(told.token)
  else if (told.do === 'begin') await begin(told.overMs)
  else if (told.do === 'tell') return say({ did: 'tell', dark })
  else {
    await Promise.all(services.map((service) => service.close()))
    process.disconnect()
    return
  }
  say({ did: told.do })
}

process.on('message', (message) => {
  follow(Told.parse(message)).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
