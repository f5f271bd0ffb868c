import type { DatabaseSync } from 'node:sqlite'

/** What the lockout keeps: workstations as they last said they are, orders, what is on its way, and all that ever happened. */
export function prepareLockout(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS workstation (
      device_id TEXT PRIMARY KEY, site TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'unknown', since INTEGER, sub TEXT,
      app_version TEXT NOT NULL DEFAULT '', policy_version TEXT NOT NULL DEFAULT '', drafts INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0,
      last_contact INTEGER, revision INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS workstation_revision ON workstation (revision);
    CREATE INDEX IF NOT EXISTS workstation_site ON workstation (site);
    CREATE INDEX IF NOT EXISTS workstation_sub ON workstation (sub) WHERE sub IS NOT NULL;
    CREATE TABLE IF NOT EXISTS workstation_people (device_id TEXT PRIMARY KEY, told TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS workstation_user (device_id TEXT NOT NULL, sub TEXT NOT NULL, grant_id TEXT, PRIMARY KEY (device_id, sub)) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS workstation_user_sub ON workstation_user (sub);
    CREATE TABLE IF NOT EXISTS lockout_order (
      id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL, message TEXT, by_sub TEXT NOT NULL, at INTEGER NOT NULL,
      state TEXT NOT NULL, agreed_by TEXT, agreed_at INTEGER, agree_until INTEGER, undoes TEXT, undone_by TEXT, idempotency_key TEXT UNIQUE
    ) STRICT;
    CREATE TABLE IF NOT EXISTS lockout_order_caller (order_id TEXT PRIMARY KEY, identified_by TEXT NOT NULL, identification TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS lockout_event (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, jti TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, device_id TEXT NOT NULL, sub TEXT, state TEXT NOT NULL,
      taken_at INTEGER, error TEXT, result TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS lockout_event_waiting ON lockout_event (device_id, seq) WHERE state = 'waiting';
    CREATE INDEX IF NOT EXISTS lockout_event_order ON lockout_event (order_id);
    CREATE TABLE IF NOT EXISTS lockout_history (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL, device_id TEXT, sub TEXT, order_id TEXT, by_sub TEXT, detail TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS lockout_alert_step (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL, at INTEGER NOT NULL, by_sub TEXT NOT NULL, what TEXT NOT NULL, finding TEXT, comment TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS lockout_alert_step_alert ON lockout_alert_step (alert_id, seq);
    CREATE INDEX IF NOT EXISTS lockout_history_device ON lockout_history (device_id, seq) WHERE device_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS lockout_history_sub ON lockout_history (sub, seq) WHERE sub IS NOT NULL;
    CREATE TABLE IF NOT EXISTS lockout_unlock_help (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, device_id TEXT NOT NULL, sub TEXT NOT NULL, by_sub TEXT NOT NULL,
      identified_by TEXT NOT NULL, identification TEXT NOT NULL, reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS lockout_unlock_help_device ON lockout_unlock_help (device_id, at);
  `)
}

/** All of it, or nothing. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const done = work()
    database.exec('COMMIT')
    return done
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
