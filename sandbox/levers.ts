import { fileMadeUpTrail } from './audit-trail/index.ts'
import type { Levers } from './control.ts'
import type { Strays } from './edge.ts'
import type { FaultSwitches } from './faults/index.ts'
import { securityAlerts, wellKnown } from './fhir/index.ts'
import type { Parts } from './parts.ts'
import { staff } from './people/index.ts'
import { readDesk } from './privacy-desk/index.ts'
import type { TrafficCount } from './traffic.ts'
import type { TroubleBook } from './trouble/index.ts'

/** More reports than a desk reads in a day. */
const mostOnDesk = 5_000

/** What is on the privacy desk, the newest first. */
export const onDesk = ({ store }: Pick<Parts, 'store'>) => readDesk(securityAlerts(store, mostOnDesk))

/** By how much this server's clock is wrong, as a client sees it. */
export interface Skew {
  seconds: number
}

/** What is counted and can be turned while it runs. */
interface Gauges {
  faults: FaultSwitches
  troubles: TroubleBook
  skew: Skew
  strays: Strays
  traffic: TrafficCount
}

/** Bars a person, whose tokens, sessions and broken glasses end with it, or lets them in again. False: no such user. */
export function bar({ accounts, grants, glass }: Parts, username: string, isBarred: boolean): boolean {
  const sub = accounts.setBarred(username, isBarred)
  if (sub !== undefined && isBarred) {
    grants.forgetAccount(sub)
    glass.endAllOf(sub)
  }
  return sub !== undefined
}

/** What a test may do, but for what the lockout files. */
export function levers(parts: Parts, { faults, troubles, skew, strays, traffic }: Gauges): Omit<Levers, 'fileMadeUpWorkstations'> {
  const { accounts, grants, auditKeys, fileKeys, lockoutKeys, store } = parts
  return {
    faults,
    troubles,
    revokeUser: (username) => bar(parts, username, true),
    reinstateUser: (username) => bar(parts, username, false),
    expireTokens: (kind) => grants.expire(kind === 'access' ? 'AccessToken' : 'RefreshToken'),
    setClockSkew: (seconds) => {
      skew.seconds = seconds
    },
    privacyDesk: () => onDesk({ store }),
    labelVip(id) {
      const record = store.find('Patient', id)
      if (record !== undefined) store.put(wellKnown(JSON.parse(store.text(record.key))), record)
      return record !== undefined
    },
    rotateAuditKey: () => auditKeys.rotate(),
    rotateFileKey: () => fileKeys.rotate(),
    fileMadeUpTrail: (trail) => fileMadeUpTrail(store, { ...trail, staff }),
    rotateOrderKey: () => lockoutKeys.rotate(),
    codeOf: (username) => accounts.nextCode(username),
    strays: () => ({ ...strays }),
    traffic: () => traffic.current(),
    resetTraffic: () => traffic.reset(),
  }
}
