/**
 * The tables. `record` holds what decides whether a record is found and seen, `body` its JSON text as it is sent: a filter over
 * 10,000 observations reads 80 bytes of each, not two kilobytes.
 *
 * `follower` says which records belong to others, see `ServedType.follows`.
 *
 * `token` is one tree that answers three questions by its prefix: who has this code; which records of this patient have it; has
 * this record it. The other indexes are asked by record (filter, sort, include) and by value (search across patients).
 */
export const tables = `
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS patient (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, exists_here INTEGER NOT NULL DEFAULT 0, restricted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS record (
  key INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, patient INTEGER NOT NULL, date_low INTEGER NOT NULL,
  date_high INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL, restricted INTEGER NOT NULL, deleted INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS record_id ON record (type, id);
CREATE INDEX IF NOT EXISTS record_chart ON record (type, patient, date_low, key);
CREATE INDEX IF NOT EXISTS record_updated ON record (type, updated, key);
CREATE TABLE IF NOT EXISTS body (key INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS past (
  key INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL, json TEXT, PRIMARY KEY (key, version)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS past_updated ON past (updated);
CREATE TABLE IF NOT EXISTS follower (
  followed INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (followed, record)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS follower_record ON follower (record);
CREATE TABLE IF NOT EXISTS token (
  parameter INTEGER NOT NULL, code TEXT NOT NULL, patient INTEGER NOT NULL, record INTEGER NOT NULL, system TEXT NOT NULL,
  PRIMARY KEY (parameter, code, patient, record, system)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS string (
  record INTEGER NOT NULL, parameter INTEGER NOT NULL, folded TEXT NOT NULL, exact TEXT NOT NULL,
  PRIMARY KEY (record, parameter, folded, exact)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS string_value ON string (parameter, folded);
CREATE TABLE IF NOT EXISTS date (
  record INTEGER NOT NULL, parameter INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
  PRIMARY KEY (record, parameter, low, high)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS date_value ON date (parameter, low);
CREATE TABLE IF NOT EXISTS reference (
  record INTEGER NOT NULL, parameter INTEGER NOT NULL, target TEXT NOT NULL,
  PRIMARY KEY (record, parameter, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reference_value ON reference (parameter, target);
CREATE TABLE IF NOT EXISTS quantity (
  record INTEGER NOT NULL, parameter INTEGER NOT NULL, value REAL NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY (record, parameter, value, system, code)) WITHOUT ROWID;
`

/** The index tables: what is emptied when a store is indexed again. */
export const indexTables = ['token', 'string', 'date', 'reference', 'quantity'] as const

/** `record.date_low` and `date_high` of a record without its principal date: before every date, and matched by none. */
export const noDate = -8.65e15

/** `record.patient` of a record that is about no patient. */
export const noPatient = 0
