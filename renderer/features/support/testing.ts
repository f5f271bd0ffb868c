import type { Station } from './stations/stations.ts'

/** A workstation for a test, unlocked and with nothing unsent unless it is said otherwise. */
export const station = (deviceId: string, more: Partial<Station> = {}): Station => ({
  deviceId, displayName: `WS-${deviceId}`, site: 'North', state: 'active', since: 0, appVersion: '1.2.0', policyVersion: 'p1', unsent: { drafts: 0, changes: 0 }, isOnline: true, registeredAt: 0, waiting: 0, ...more,
})

export const idsOf = (stations: readonly Station[]): string => stations.map(({ deviceId }) => deviceId).join('')

/** A hospital of so many workstations, the same each time. */
export function hospital(count: number): readonly Station[] {
  const states = ['active', 'locked', 'signedOut', 'warning', 'lockedOut', 'unknown'] as const
  return Array.from({ length: count }, (_, index) => {
    // A step that is prime to the length mixes them up without chance.
    const mixed = (index * 7_919) % count
    return station(String(mixed), { displayName: `Ward ${mixed % 400} bed ${mixed}`, site: `Site ${mixed % 17}`, state: states[mixed % states.length] ?? 'active', since: mixed, isOnline: mixed % 9 !== 0, lastContact: mixed, unsent: { drafts: mixed % 5, changes: 0 } })
  })
}
