import { createHmac, randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import keytar from 'keytar'
import { type Keychain, keychainService } from '../../../electron/vault/keychain.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { keytarKeychain } from '../../../electron/vault/keytar-keychain.ts'
import { keyParts } from '../../../electron/vault/key-part.ts'
import { users } from '../../../electron/vault/users.ts'
import { tries } from '../../../electron/vault/tries.ts'
import { createUnlockHelp } from '../../../electron/vault/unlock-help.ts'
import { unlockSecret } from '../../../electron/vault/unlock-secret.ts'
import { kindOf } from '../../../shared/errors.ts'
import { answeredText, codeOf, digitsOf } from '../../../shared/unlock-codes.ts'

// Puts one question to the real keychain and prints the answer, or the kind of the failure, as JSON.
const [question = '', account = '', secret = ''] = process.argv.slice(2)
const keychain = keytarKeychain()

const monotonic = () => performance.now()
const wait = () => Promise.resolve()

/** Shows a challenge and gives it the right answer; the plug is pulled as soon as the keychain holds what `last` says. */
async function answerChallengeAndDie(last: string): Promise<number> {
  const dying: Keychain = {
    ...keychain,
    async set(name, text) {
      await keychain.set(name, text)
      if (!text.replaceAll('"', '').includes(last)) return
      process.stdout.write(JSON.stringify('killed'))
      process.kill(process.pid, 'SIGKILL')
    },
  }
  const [secret, deviceId, user] = [unlockSecret(dying), 'device-of-ward-three', 'sub-1']
  const help = createUnlockHelp({ tries: tries({ keychain: dying, monotonic, wait }), secret, deviceId, subjectOf: () => user, policy: () => ({ supportTries: 3 }), clock: { now: Date.now }, monotonic, wait, draw: (below) => randomInt(below) })
  const { code: challenge } = await help.challenge(account)
  const key = (await secret.read()) ?? ''
  return help.answer(account, codeOf(digitsOf(createHmac('sha256', key).update(answeredText({ deviceId, user, challenge })).digest())))
}

async function answer(): Promise<unknown> {
  switch (question) {
    case 'get':
      return (await keychain.get(account)) ?? null
    case 'set':
      await keychain.set(account, secret)
      return 'kept'
    case 'plant':
      // Past our own port, which takes no more than Windows would.
      await keytar.setPassword(keychainService, account, secret)
      return 'kept'
    case 'many-at-once': {
      const began = performance.now()
      const answers = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? keychain.get(account) : keychain.set(account, secret))))
      // The threads that the keychain is asked on are those of files too.
      await readFile(import.meta.filename)
      return { failures: [...new Set(answers.map((each) => (each.status === 'rejected' ? kindOf(each.reason) : 'answered')))], inTime: performance.now() - began < 9_000 }
    }
    case 'delete':
      await keychain.delete(account)
      return 'gone'
    case 'take-a-try-and-die':
      process.stdout.write(JSON.stringify(await tries({ keychain, monotonic, wait }).take(account)))
      process.kill(process.pid, 'SIGKILL')
      return undefined
    case 'tries-left':
      return tries({ keychain, monotonic, wait }).left(account)
    case 'answer-and-die-at':
      return answerChallengeAndDie(secret)
    case 'part':
      return (await keyParts(keychain).read(account, 'AAAAAAAAAAA')).length
    case 'last':
      return (await users(keychain).last())?.userKey ?? null
    case 'device':
      return (await openDeviceKey(keychain)).deviceId
    case 'renew':
      return (await keyParts(keychain).renew(account, undefined)).fresh.part.length
    default:
      throw new Error('no such question')
  }
}

process.stdout.write(JSON.stringify(await answer().catch((error: unknown) => ({ failure: kindOf(error) }))))
process.exit(0)
