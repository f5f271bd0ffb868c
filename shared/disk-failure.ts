import { errorCode } from './error-code.ts'
import type { FailureKind } from './errors.ts'

/** By the code of the operating system's error (https://nodejs.org/api/errors.html#common-system-errors). */
const kinds: Readonly<Record<string, FailureKind>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EROFS: 'disk-read-only',
  EACCES: 'disk-read-only',
  EPERM: 'disk-read-only',
  // A device that fails, or was taken out.
  EIO: 'disk-read-only',
  ENODEV: 'disk-read-only',
  ENXIO: 'disk-read-only',
}

/** What an error of the file system says of the disk; undefined where it is none of those. */
export function diskRefusal(error: unknown): FailureKind | undefined {
  const code = errorCode(error)
  return code === undefined ? undefined : kinds[code]
}
