/** Types of `lock.mjs`, which runs before TypeScript can. */
export declare function holdLock(file: string, onWait?: () => void): Promise<() => void>
