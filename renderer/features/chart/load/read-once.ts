/**
 * Reads a thing once: the same object gives the same answer, as long as somebody holds the object. For readings that
 * several parts of a screen share. Nothing outlives what it was read from.
 */
export function readOnce<K extends object, V>(read: (from: K) => V): (from: K) => V {
  const known = new WeakMap<K, { readonly value: V }>()
  return (from) => {
    const found = known.get(from) ?? { value: read(from) }
    known.set(from, found)
    return found.value
  }
}
