import type { VaultPort } from '../session/ports.ts'

/**
 * A vault that puts all that it keeps under new keys once its part comes under an HSM, or under another one. Until then the part stood in the keychain as it is, or wrapped by a key in
 * a token that the policy names no more: whoever has both copies, with what the part opens, is not shut out by wrapping it anew. The order is durable before the part that shows the need for it is replaced.
 */
export function renewedUnderHsm(vault: VaultPort): VaultPort {
  async function orderFor(userKey: string, part: string | undefined): Promise<void> {
    if (part !== undefined && (await vault.needsNewKeys(userKey, part))) await vault.orderRotation(userKey, 'data-key')
  }

  return {
    ...vault,
    releaseKeyPart: async (userKey, part) => {
      await orderFor(userKey, part)
      return vault.releaseKeyPart(userKey, part)
    },
    renewKeyPart: async (userKey, named) => {
      await orderFor(userKey, named)
      return vault.renewKeyPart(userKey, named)
    },
  }
}
