import type { DatabaseSync } from 'node:sqlite'
import type { AdapterPayload } from 'oidc-provider'

/** How long the answer to a redemption may be asked for again: a machine that lost its power is back by then. Seconds. */
const graceSeconds = 600

/** When a token was spent that has lost its place to another one: no grace is left of that. */
const longAgo = 1

/** What is known of the refresh tokens of a grant that were redeemed (ADR 0130). */
export interface SpentTokens {
  /**
   * Whether a spent token is taken once more: its answer may have been lost, since nothing that was given for it was ever redeemed. Past the grace, or once
   * the successor was used, whoever comes with it has it from somebody else.
   */
  isTakenAgain(payload: AdapterPayload): boolean
  /** Of a grant one refresh token alone is good. What was given for the same token before is spent from here on, and its access tokens are gone. */
  takesThePlace(id: string, payload: AdapterPayload): void
}

export function spentTokens(database: DatabaseSync, seconds: () => number): SpentTokens {
  const ofGrant = `FROM oidc WHERE model = 'RefreshToken' AND grant_id = ?`
  const generation = `coalesce(json_extract(payload, '$.rotations'), 0)`
  const consumed = `json_extract(payload, '$.consumed')`
  const followed = database.prepare(`SELECT 1 ${ofGrant} AND (${generation} > ? OR (${generation} = ? AND ${consumed} > ${longAgo})) LIMIT 1`)
  const others = database.prepare(`SELECT id, json_extract(payload, '$.iat') AS at ${ofGrant} AND id <> ? AND ${generation} = ? AND ${consumed} IS NULL`)
  const spend = database.prepare(`UPDATE oidc SET payload = json_set(payload, '$.consumed', ${longAgo}) WHERE model = 'RefreshToken' AND id = ?`)
  const endAccess = database.prepare(`DELETE FROM oidc WHERE model = 'AccessToken' AND grant_id = ? AND json_extract(payload, '$.iat') >= ?`)

  /** Whether something that a token of this generation was redeemed for was redeemed in its turn. */
  const wasFollowed = (grantId: string, rotations: number) => followed.get(grantId, rotations + 1, rotations + 1) !== undefined

  return {
    isTakenAgain({ grantId, rotations, consumed: at }) {
      return grantId !== undefined && typeof at === 'number' && seconds() - at <= graceSeconds && !wasFollowed(grantId, rotations ?? 0)
    },
    takesThePlace(id, { grantId, rotations = 0 }) {
      if (grantId === undefined || rotations === 0) return
      // The successor was redeemed while this was being made.
      if (wasFollowed(grantId, rotations - 1)) return void spend.run(id)
      for (const other of others.all(grantId, id, rotations)) {
        spend.run(String(other['id']))
        endAccess.run(grantId, Number(other['at']))
      }
    },
  }
}
