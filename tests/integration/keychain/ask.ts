import keytar from 'keytar'
import { keychainService } from '../../../electron/vault/keychain.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { keytarKeychain } from '../../../electron/vault/keytar-keychain.ts'
import { keyParts } from '../../../electron/vault/key-part.ts'
import { users } from '../../../electron/vault/users.ts'
import { tries } from '../../../electron/vault/tries.ts'
import { kindOf } from '../../../shared/errors.ts'

// Puts one question to the real keychain and prints the answer, or the kind of the failure, as JSON.
const [question = '', account = '', secret = ''] = process.argv.slice(2)
const keychain = keytarKeychain()

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
    case 'delete':
      await keychain.delete(account)
      return 'gone'
    case 'take-a-try-and-die':
      process.stdout.write(JSON.stringify(await tries({ keychain, monotonic: () => performance.now(), wait: () => Promise.resolve() }).take(account)))
      process.kill(process.pid, 'SIGKILL')
      return undefined
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
