import { z } from 'zod'
import { procedure } from './procedure.ts'

/** 4–64 characters; what the policy asks beyond that is checked in `records`. */
const Pin = z.string().min(4).max(64)

/**
 * The unlock secret goes from the window to `records` over the port: it never passes through `main`.
 * `main` counts the try before it releases its part of the key.
 */
export const vaultProcedures = {
  /**
   * After a full sign-in without a usable PIN. Fails with `pin-weak`, and with `vault-shut` where something is kept that cannot be opened now:
   * `withoutKept` puts that aside, for good, and begins anew.
   */
  'vault.setPin': procedure({
    via: 'workspace',
    input: z.strictObject({ pin: Pin, withoutKept: z.boolean().optional() }),
    output: z.strictObject({}),
    needs: 'anyone',
    during: ['active', 'warning'],
    audit: { event: 'vault.pin-set', action: 'C', patient: () => undefined, cause: () => 'look' },
  }),
  /** Fails with `pin-wrong` (and the tries left) or `pin-void`. */
  'vault.unlock': procedure({
    via: 'workspace',
    input: z.strictObject({ pin: Pin }),
    output: z.strictObject({}),
    needs: 'anyone',
    during: ['locked'],
    audit: { event: 'session.unlock', action: 'E', patient: () => undefined, cause: () => 'look' },
  }),
} as const
