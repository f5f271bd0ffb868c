export { type EncryptionKeys, openEncryptionKeys } from './keys.ts'
