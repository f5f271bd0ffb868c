/** How a keychain can fail whoever asks it; the screen has words and a way out for each. */
export const keychainFaults = ['keychain-missing', 'keychain-locked', 'keychain-denied', 'keychain-corrupt'] as const
export type KeychainFault = (typeof keychainFaults)[number]
