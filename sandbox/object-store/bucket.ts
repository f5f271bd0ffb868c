/** One version of an object, and until when nobody removes it. */
interface Version {
  readonly id: string
  readonly body: Buffer
  readonly etag: string
  readonly retainUntil: number | undefined
}

type Put = { readonly is: 'stored'; readonly version: Version } | { readonly is: 'refused'; readonly code: 'InvalidRequest' | 'PreconditionFailed' }

/** A bucket with versions and object lock in compliance mode: nobody, whoever they are, removes a version before its time. */
export interface Bucket {
  put(key: string, version: Omit<Version, 'id'>, options: { readonly onlyIfAbsent: boolean }): Put
  newest(key: string): Version | undefined
  versions(key: string): readonly Version[]
  /** Removes one version. `locked`: its time has not come. */
  remove(key: string, id: string, now: number): 'removed' | 'locked' | 'absent'
  keys(prefix: string): readonly string[]
}

export function createBucket({ newId }: { newId(): string }): Bucket {
  const objects = new Map<string, Version[]>()
  const newest = (key: string) => objects.get(key)?.at(-1)
  return {
    put(key, version, { onlyIfAbsent }) {
      if (onlyIfAbsent && newest(key)) return { is: 'refused', code: 'PreconditionFailed' }
      const made = { ...version, id: newId() }
      objects.set(key, [...(objects.get(key) ?? []), made])
      return { is: 'stored', version: made }
    },
    newest,
    versions: (key) => objects.get(key) ?? [],
    remove(key, id, now) {
      const versions = objects.get(key)
      const at = versions?.findIndex((version) => version.id === id) ?? -1
      const version = versions?.[at]
      if (!versions || !version) return 'absent'
      if (version.retainUntil !== undefined && version.retainUntil > now) return 'locked'
      versions.splice(at, 1)
      return 'removed'
    },
    keys: (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix) && newest(key) !== undefined).toSorted(),
  }
}
