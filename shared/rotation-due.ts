/**
 * Which of a vault's keys is to be replaced, by its age or by an order: `main`'s part of the key-encryption key, or the data-encryption key, and the part with it.
 */
export type RotationDue = 'nothing' | 'key-part' | 'data-key'
