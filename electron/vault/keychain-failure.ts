import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'

/**
 * What the native keychains say, by a part of their message: they give no codes through keytar. Sources: libsecret and
 * GDBus (Linux), Security.framework's SecCopyErrorMessageString (macOS), FormatMessage of CredRead (Windows).
 */
const told: readonly (readonly [RegExp, FailureKind])[] = [
  // The bus itself, for a sandbox or a security module; it goes on to name the processes, which say nothing here.
  [/^(rejected send message|an apparmor policy prevents|an selinux policy prevents)/i, 'keychain-denied'],
  [/not provided by any \.service|autolaunch|no such interface|unknown ?method|could not connect|connection refused|no such file or directory|error spawning|serviceunknown|keychain could not be found|not connected to a bus|timeout was reached|no such secret collection/i, 'keychain-missing'],
  [/locked|dismissed|interaction is not allowed|no logon session|logon session does not exist/i, 'keychain-locked'],
  [/denied|not permitted|not allowed|authorization|user ?name or passphrase|cancell?ed|missing.*entitlement/i, 'keychain-denied'],
]

/** A failure of the native keychain as a kind of ours. What nobody foresaw counts as a keychain that is not there. */
export function keychainFailure(error: unknown): ChartkeepError {
  if (error instanceof ChartkeepError) return error
  const message = error instanceof Error ? error.message : ''
  const kind = told.find(([pattern]) => pattern.test(message))?.[1] ?? 'keychain-missing'
  return new ChartkeepError(kind, {}, { cause: error })
}
