import type { DatabaseSync } from 'node:sqlite'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../shared/clock.ts'
import { spentTokens } from './spent-tokens.ts'

/** What the authorization server remembers, on disk: a restart keeps every grant, token and session. */
export interface GrantStore {
  /** `bearsLostAnswers`: whether a refresh token may be redeemed again while nothing of the answer has been used (spent-tokens.ts). */
  adapter(model: string, bearsLostAnswers: () => boolean): Adapter
  /** Forgets every grant, token and session of an account. It takes effect with the account's next request. */
  forgetAccount(sub: string): void
  /** Forgets one sign-in, with its tokens: at its next request. */
  forgetGrant(grantId: string): void
  /** Makes all tokens of a kind as old as if their time had passed. */
  expire(model: 'AccessToken' | 'RefreshToken' | 'AuthorizationCode'): void
}

const schema = `
  CREATE TABLE IF NOT EXISTS oidc (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grant_id TEXT,
    account TEXT,
    uid TEXT,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS oidc_by_grant ON oidc (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_by_account ON oidc (account) WHERE account IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_by_uid ON oidc (uid) WHERE uid IS NOT NULL;
`

/** Rows are kept this long after their end, so that the replay of a consumed token is still recognised. Seconds. */
const grace = 3600

/** Only `upsert` writes the column, and the provider hands it objects of this type. */
function isPayload(value: unknown): value is AdapterPayload {
  return typeof value === 'object' && value !== null
}

/** Opens the store over `database`. Rows whose time has passed are removed here, at start. */
export function grantStore(database: DatabaseSync, clock: Clock): GrantStore {
  database.exec(schema)
  const seconds = () => Math.floor(clock.now() / 1000)
  database.prepare('DELETE FROM oidc WHERE expires_at < ?').run(seconds() - grace)

  const upsert = database.prepare(
    `INSERT INTO oidc (model, id, payload, grant_id, account, uid, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
       account = excluded.account, uid = excluded.uid, expires_at = excluded.expires_at`,
  )
  const find = database.prepare('SELECT payload FROM oidc WHERE model = ? AND id = ?')
  const findByUid = database.prepare('SELECT payload FROM oidc WHERE model = ? AND uid = ?')
  const consume = database.prepare(
    // Since the first time: what is taken again does not begin anew.
    `UPDATE oidc SET payload = json_set(payload, '$.consumed', coalesce(json_extract(payload, '$.consumed'), ?)) WHERE model = ? AND id = ?`,
  )
  const destroy = database.prepare('DELETE FROM oidc WHERE model = ? AND id = ?')
  const revoke = database.prepare('DELETE FROM oidc WHERE model = ? AND grant_id = ?')
  const forget = database.prepare('DELETE FROM oidc WHERE account = ?')
  const age = database.prepare(`UPDATE oidc SET payload = json_set(payload, '$.exp', ?) WHERE model = ?`)

  const parse = (row: Record<string, unknown> | undefined): AdapterPayload | undefined => {
    const payload: unknown = row === undefined ? undefined : JSON.parse(String(row.payload))
    return isPayload(payload) ? payload : undefined
  }

  const spent = spentTokens(database, seconds)

  const adapter = (model: string, bearsLostAnswers: () => boolean): Adapter => ({
    async upsert(id, payload, expiresIn) {
      upsert.run(
        model,
        id,
        JSON.stringify(payload),
        payload.grantId ?? null,
        payload.accountId ?? null,
        payload.uid ?? null,
        typeof expiresIn === 'number' ? seconds() + expiresIn : null,
      )
      if (model === 'RefreshToken') spent.takesThePlace(id, payload)
    },
    async find(id) {
      const payload = parse(find.get(model, id))
      if (model !== 'RefreshToken' || payload?.consumed === undefined || !bearsLostAnswers() || !spent.isTakenAgain(payload)) return payload
      const { consumed: _, ...unspent } = payload
      return unspent
    },
    async findByUid(uid) {
      return parse(findByUid.get(model, uid))
    },
    async findByUserCode() {
      return undefined // the device flow is off
    },
    async consume(id) {
      consume.run(seconds(), model, id)
    },
    async destroy(id) {
      destroy.run(model, id)
    },
    async revokeByGrantId(grantId) {
      revoke.run(model, grantId)
    },
  })

  return {
    adapter,
    forgetAccount: (sub) => void forget.run(sub),
    forgetGrant(grantId) {
      for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode']) revoke.run(model, grantId)
      destroy.run('Grant', grantId)
    },
    expire: (model) => void age.run(seconds() - 1, model),
  }
}
