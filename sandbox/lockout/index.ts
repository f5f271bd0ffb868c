import type { AuditEvent } from '@medplum/fhirtypes'
import type { FastifyInstance } from 'fastify'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../shared/clock.ts'
import type { Accounts } from '../auth/accounts.ts'
import type { Devices } from '../device/registrations.ts'
import type { UnlockSecrets } from '../device/unlock-secrets.ts'
import type { Endings } from '../endings.ts'
import type { FaultSwitches } from '../faults/index.ts'
import type { DeskAlert } from '../privacy-desk/index.ts'
import type { Identify } from '../types.ts'
import { alertRoutes } from './alert-routes.ts'
import { openAlerts } from './alerts.ts'
import { type DeskStep, deskEvent } from './audit-event.ts'
import { deskRoutes } from './desk-routes.ts'
import { deviceDoor } from './device-door.ts'
import { openHistory } from './history.ts'
import type { TransmitterKeys } from './keys.ts'
import { fileMadeUpOrders } from './made-up-orders.ts'
import { openMadeUpPeople } from './made-up-people.ts'
import { fileMadeUpWorkstations } from './made-up.ts'
import { type Enforcement, openOrders } from './orders.ts'
import { prepareLockout } from './schema.ts'
import { streamRoutes } from './stream-routes.ts'
import { openStreams } from './streams.ts'
import { transmitter } from './transmitter.ts'
import { openUnlockHelp } from './unlock-help.ts'
import { openWorkstations } from './workstations.ts'

export { openTransmitterKeys } from './keys.ts'

export interface LockoutParts {
  readonly database: DatabaseSync
  readonly accounts: Accounts
  readonly devices: Devices
  readonly unlockSecrets: Pick<UnlockSecrets, 'named'>
  readonly keys: TransmitterKeys
  readonly enforcement: Pick<Enforcement, 'setBarred' | 'endGrant'>
  readonly file: (event: AuditEvent) => void
  /** The alerts among what was reported, the newest first. */
  readonly reported: () => readonly DeskAlert[]
  readonly identify: Identify
  readonly faults: FaultSwitches
  readonly clock: Clock
  readonly baseUrl: string
  /** How long a poll for orders waits. Default 25 s. Milliseconds. */
  readonly pollMs?: number | undefined
}

export interface Lockout {
  /** A person signed in at a workstation, on this grant. */
  seen(deviceId: string, sub: string, grantId: string | undefined): void
  /** Files so many workstations that are nowhere, and what was ordered there. Gives how many. */
  fileMadeUp(made: { readonly count: number; readonly seed: number }): number
}

/** Orders to workstations: the desk's API, and the stream on which they travel (ADR 0120). */
export async function openLockout(app: FastifyInstance, parts: LockoutParts, ends: Endings): Promise<Lockout> {
  const { database, accounts, devices, keys, file, reported, identify, faults, clock, baseUrl, pollMs = 25_000 } = parts
  prepareLockout(database)
  const madeUp = openMadeUpPeople(database)
  const people = () => [...accounts.everybody().map((account) => ({ ...account, isDisabled: account.isBarred })), ...madeUp.everybody()]
  // Who works here does not change while it runs; whether they may does.
  const known = new Map(accounts.everybody().map((account) => [account.sub, account]))
  const byId = (sub: string) => known.get(sub) ?? madeUp.bySub(sub)
  const nameOf = (sub: string) => byId(sub)?.name ?? 'someone who has left'
  const person = (sub: string) => ({ sub, name: nameOf(sub), role: byId(sub)?.role ?? 'other' })
  const history = openHistory(database, clock, nameOf)
  const workstations = openWorkstations(database, clock, history, person)
  const streams = openStreams(database, clock, history, workstations.changed)
  const setBarred: Enforcement['setBarred'] = (sub, isBarred) => void (madeUp.setBarred(sub, isBarred) || parts.enforcement.setBarred(sub, isBarred))
  const enforcement: Enforcement = { ...parts.enforcement, setBarred, exists: (sub) => byId(sub) !== undefined }
  const trace = (of: DeskStep['of']) => (step: Omit<DeskStep, 'of' | 'practitioner' | 'at'> & { readonly by: string }) =>
    file(deskEvent({ ...step, of, practitioner: known.get(step.by)?.practitioner ?? 'unknown', at: clock.now() }))
  const audit = trace('orders')
  const byReference = new Map([...known.values()].map(({ sub, practitioner }) => [`Practitioner/${practitioner}`, person(sub)]))
  const alerts = openAlerts({ database, clock, history, reported, nameOf, personOf: (reference) => byReference.get(reference), audit: trace('alerts') })
  const orders = openOrders({ database, clock, history, workstations, streams, enforcement, nameOf, audit })
  const unlockHelp = openUnlockHelp({
    database, clock, history, secrets: parts.unlockSecrets, workstation: workstations.byId, knownTo: workstations.knownTo, person: (sub) => people().find((one) => one.sub === sub),
    audit: trace('workstations'),
  })

  // Who waits is let go before the server closes.
  ends.later(() => {
    streams.close()
    workstations.close()
  })
  const transmit = transmitter({ issuer: baseUrl, peopleIssuer: `${baseUrl}/auth`, keys, clock, fault: () => faults.current().orderToken })
  await app.register(streamRoutes({ door: deviceDoor({ devices, clock, baseUrl }), streams, workstations, transmit, keys, faults, clock, pollMs }), { prefix: '/lockout' })
  await app.register(deskRoutes({ identify, clock, orders, workstations, history, people, unlockHelp }), { prefix: '/lockout' })
  await app.register(alertRoutes({ identify, clock, alerts }), { prefix: '/lockout' })
  // OpenID Shared Signals Framework 1.0 §7.1.
  app.get('/.well-known/ssf-configuration', (_request, reply) =>
    reply.header('cache-control', 'max-age=60').send({
      spec_version: '1_0',
      issuer: baseUrl,
      jwks_uri: `${baseUrl}/lockout/jwks`,
      delivery_methods_supported: ['urn:ietf:rfc:8936'],
      // Ours: a workstation has one stream, which is there once it is registered.
      poll_endpoint: `${baseUrl}/lockout/poll`,
      workstation_status_endpoint: `${baseUrl}/lockout/status`,
      desk_endpoint: `${baseUrl}/lockout`,
    }),
  )
  return {
    seen(deviceId, sub, grantId) {
      workstations.seen(deviceId, sub, grantId)
      workstations.changed(deviceId)
    },
    fileMadeUp(made) {
      const [staff, now] = [[...known.values()], clock.now()]
      const filed = fileMadeUpWorkstations(database, workstations, madeUp, { ...made, staff, now })
      fileMadeUpOrders(database, workstations, staff.filter(({ role }) => role === 'support'), { nameOf, now })
      return filed
    },
  }
}
