import { type KeychainFault, keychainFaults } from '../../shared/keychain-faults.ts'
import { kindOf } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'
import type { OpenedKeychain } from './open-keychain.ts'

/** What is wrong with the keychain, and the code under which the log tells it. */
interface KeychainTrouble {
  readonly fault: KeychainFault
  readonly correlation: string
}

export interface WatchedKeychain {
  /** What everybody speaks to. Each operation that fails is told before whoever asked hears of it: never which secret, never what is in it. */
  readonly keychain: Keychain
  readonly keeping: OpenedKeychain['keeping']
  /** As far as it is known: it is not asked without a reason, since a locked one may put a question to the person each time. */
  trouble(): KeychainTrouble | undefined
  /** Something that is in it cannot be read. It stays known until the next start. */
  foundCorrupt(): void
  /** Looks again. Gives what is still wrong with it. */
  tryAgain(): Promise<KeychainFault | undefined>
  /** Called whenever `trouble` changes. */
  onChange(listener: () => void): void
}

export interface WatchParts {
  readonly opened: OpenedKeychain
  /** Gives what is wrong with the operating system's keychain; may wait for a person who answers its question. */
  look(): Promise<KeychainFault | undefined>
  /** An operation failed. */
  failed(fault: KeychainFault): void
  /** Trouble that the screen tells began. */
  began(trouble: KeychainTrouble): void
  newCorrelation(): string
}

/** The keychain with a memory of how it does: a person has to be told what is wrong with it, for as long as it is. */
export function watchKeychain({ opened, look, failed, began, newCorrelation }: WatchParts): WatchedKeychain {
  let trouble: KeychainTrouble | undefined
  let isCorrupt = false
  let changed: () => void = () => undefined
  if (opened.failure !== undefined) begin(opened.failure)

  function begin(fault: KeychainFault): void {
    if (trouble?.fault === fault) return
    trouble = { fault, correlation: newCorrelation() }
    began(trouble)
    changed()
  }

  function end(): void {
    // It outlasts what else was wrong meanwhile.
    if (isCorrupt) return begin('keychain-corrupt')
    // What works in a memory of this process says nothing of the keychain.
    if (trouble === undefined || opened.keeping === 'memory-only') return
    trouble = undefined
    changed()
  }

  async function watched<T>(asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked
      end()
      return answer
    } catch (error) {
      const fault = keychainFaults.find((kind) => kind === kindOf(error))
      // `too-large` is about what was to be kept, not about the keychain.
      if (fault !== undefined) {
        failed(fault)
        begin(fault)
      }
      throw error
    }
  }

  return {
    keeping: opened.keeping,
    keychain: {
      get: (account) => watched(opened.keychain.get(account)),
      set: (account, secret) => watched(opened.keychain.set(account, secret)),
      delete: (account) => watched(opened.keychain.delete(account)),
    },
    trouble: () => trouble,
    foundCorrupt() {
      isCorrupt = true
      begin('keychain-corrupt')
    },
    async tryAgain() {
      const fault = await look()
      if (fault === undefined) end()
      else begin(fault)
      return fault ?? (isCorrupt ? 'keychain-corrupt' : undefined)
    },
    onChange: (listener) => {
      changed = listener
    },
  }
}
