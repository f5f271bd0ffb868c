import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'

/** What each person allowed each application, scope by scope; a no is remembered too. */
export interface Consents {
  recall(sub: string, clientId: string): ReadonlyMap<string, boolean>
  keep(sub: string, clientId: string, decisions: ReadonlyMap<string, boolean>): void
}

const Rows = z.array(z.object({ scope: z.string(), allowed: z.number() }))

/** Opens the table of decisions. */
export function openConsents(database: DatabaseSync): Consents {
  database.exec(`CREATE TABLE IF NOT EXISTS consent (
    sub TEXT NOT NULL, client_id TEXT NOT NULL, scope TEXT NOT NULL, allowed INTEGER NOT NULL, PRIMARY KEY (sub, client_id, scope)
  ) STRICT, WITHOUT ROWID`)
  const select = database.prepare('SELECT scope, allowed FROM consent WHERE sub = ? AND client_id = ?')
  const upsert = database.prepare(
    'INSERT INTO consent (sub, client_id, scope, allowed) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET allowed = excluded.allowed',
  )
  return {
    recall: (sub, clientId) => new Map(Rows.parse(select.all(sub, clientId)).map(({ scope, allowed }) => [scope, allowed === 1])),
    keep(sub, clientId, decisions) {
      for (const [scope, allowed] of decisions) upsert.run(sub, clientId, scope, allowed ? 1 : 0)
    },
  }
}
