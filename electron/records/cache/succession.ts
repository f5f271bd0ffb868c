import type { Rows } from './rows.ts'
import type { Store } from './open-store.ts'

/**
 * Rows of which some are still under the DEK before: what is read is sought in both, and what is written goes to the newer alone. Whatever is in both is newer
 * there. A process that ends between the two files leaves what was, or what is; never what was in the place of what is.
 */
export function succession(next: Store, before: Store): Rows {
  const isBefore = (address: Parameters<Rows['get']>[0]) => before.within((rows) => rows.has(address))

  const write: Rows['write'] = (changes) => {
    const old = changes.filter(({ address }) => isBefore(address))
    const gone = old.filter((change) => change.do === 'remove')
    // What goes, goes from the older first: there it would come to light again.
    if (gone.length > 0) before.rows.write(gone)
    next.rows.write(changes)
    const replaced = old.filter((change) => change.do === 'put').map(({ address }) => ({ do: 'remove', address }) as const)
    if (replaced.length > 0) before.rows.write(replaced)
  }

  return {
    get: (address) => next.rows.get(address) ?? before.rows.get(address),
    put: (address, plain, asOf) => write([{ do: 'put', address, plain, asOf }]),
    remove: (address) => write([{ do: 'remove', address }]),
    write,
    removePatient(patient) {
      before.rows.removePatient(patient)
      next.rows.removePatient(patient)
    },
    // Each within the bounds by itself: both together may take twice as much while rows are moved.
    prune: (olderThan, maxBytes) => before.rows.prune(olderThan, maxBytes) + next.rows.prune(olderThan, maxBytes),
    close() {
      next.rows.close()
      before.rows.close()
    },
  }
}
