/** Types of `lockfile.mjs`, which runs before TypeScript can. */
export interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly devOptional?: boolean
}
export declare function compareLocks(
  wanted: Readonly<Record<string, LockedPackage>>,
  installed: Readonly<Record<string, LockedPackage>>,
): string[]
export declare function disagreements(root: string): string[]
