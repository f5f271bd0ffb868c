import { createRequire } from 'node:module'
import type * as keytar from 'keytar'
import { ChartkeepError } from '../../shared/errors.ts'
import { inTurn } from '../in-turn.ts'
import { keychainFailure } from './keychain-failure.ts'
import { type Keychain, keychainService, largestSecret } from './keychain.ts'

/** A keychain that waits for a person who is not there must not hold up a start for ever. Milliseconds. */
const unattended = 10_000
/** For a person who answers the keychain's own question. Milliseconds. */
export const attended = 60_000

/** An entry that means nothing: that it can be written says that the keychain is open. Its value bears the mark of its form, as every other does. */
const presence = { account: 'presence', value: 'ck1:open' } as const

/**
 * One question at a time, whoever of this process asks: a keyring that is locked leaves three at once without an answer for good, and each of them holds one
 * of the four threads that files are read and written with too (ADR 0106).
 */
const oneAtATime = inTurn()

/** The operating system's keychain through keytar, loaded at first use: it costs a native module and a D-Bus connection. */
export function keytarKeychain(patience = unattended, load: () => Promise<typeof keytar> = loadKeytar, turn = oneAtATime): Keychain {
  let loaded: Promise<typeof keytar> | undefined

  async function ask<T>(question: (native: typeof keytar) => Promise<T>): Promise<T> {
    try {
      return await inTime((isLate) => turn(async () => {
        // Whoever asked has gone on without: a person would be asked for nothing, and what was to be written is not wanted any more.
        if (isLate()) throw new ChartkeepError('keychain-locked')
        loaded ??= load()
        return question(await loaded)
      }), patience)
    } catch (error) {
      throw keychainFailure(error)
    }
  }

  /** libsecret says of a keyring that stays locked what it says of a secret that is not there: nothing. Only who writes is told. */
  const isOpen = () => ask((native) => native.setPassword(keychainService, presence.account, presence.value))

  return {
    get: async (account) => {
      const held = await ask((native) => native.getPassword(keychainService, account))
      if (held === null) await isOpen()
      return held ?? undefined
    },
    set: async (account, secret) => {
      if (Buffer.byteLength(secret) > largestSecret) throw new ChartkeepError('too-large')
      await ask((native) => native.setPassword(keychainService, account, secret))
    },
    delete: async (account) => {
      if (!(await ask((native) => native.deletePassword(keychainService, account)))) await isOpen()
    },
  }
}

/** A CommonJS module with a binary inside: required where the application lies, whatever the bundler made of this file. */
function loadKeytar(): Promise<typeof keytar> {
  // What keytar's own types say of it; `require` has none.
  return Promise.resolve(createRequire(import.meta.url)('keytar') as typeof keytar)
}

function inTime<T>(work: (isLate: () => boolean) => Promise<T>, patience: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(new ChartkeepError('keychain-locked'))
    }, patience)
    work(() => isLate).then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
