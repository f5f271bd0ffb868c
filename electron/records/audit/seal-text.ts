import { CompactEncrypt, importJWK } from 'jose'
import type { EncryptionKey } from '../ehr-keys/encryption-keys.ts'

/**
 * Encrypts a text of the audit trail to the EHR: a compact JWE (RFC 7516), its key agreed anew for each text, so that
 * two searches for one name do not look alike. Who has encrypted it cannot open it again.
 */
export async function sealText(text: string, key: EncryptionKey): Promise<string> {
  return new CompactEncrypt(Buffer.from(text, 'utf8')).setProtectedHeader({ alg: key.alg, enc: 'A256GCM', kid: key.kid }).encrypt(await importJWK(key, key.alg))
}
