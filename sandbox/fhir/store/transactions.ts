import type { DatabaseSync } from 'node:sqlite'

/** Everything or nothing, on one connection. */
export interface Transactions {
  /** Synchronous: nothing else runs in between. Within another one, a part of it. */
  readonly atomically: <T>(work: () => T) => T
}

/** Transactions on a connection; `undone` hears of each that is rolled back. */
export function transactions(database: DatabaseSync, undone: () => void): Transactions {
  let isOpen = false

  const begin = () => {
    database.exec('BEGIN IMMEDIATE')
    isOpen = true
  }
  const commit = () => {
    database.exec('COMMIT')
    isOpen = false
  }
  const rollBack = () => {
    isOpen = false
    // SQLite rolls back by itself after some errors, a full disk among them.
    if (database.isTransaction) database.exec('ROLLBACK')
    undone()
  }

  return {
    atomically: (work) => {
      if (isOpen) return work()
      begin()
      try {
        const result = work()
        commit()
        return result
      } catch (error) {
        rollBack()
        throw error
      }
    },
  }
}
