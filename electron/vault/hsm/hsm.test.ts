import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import { Policy } from '../../../shared/policy.ts'
import type { Keychain } from '../keychain.ts'
import { memoryKeychain } from '../memory-keychain.ts'
import { hsmByPolicy } from './by-policy.ts'
import { hsmFailure } from './carry-out.ts'
import { CryptokiError, type Cryptoki, mechanismFlag, rv, tokenFlag } from './cryptoki.ts'
import { type HiredProcess, hsmKeys, hsmPinAccount } from './hsm-keys.ts'
import type { Job } from './job.ts'
import { logIn, PinRefused } from './log-in.ts'
import { moduleEnvironment } from './module-environment.ts'
import { hsmPinCommand } from './pin-command.ts'
import { openToken } from './token.ts'

// What SoftHSM does not do, and hardware does. The rest is tested against SoftHSM: tests/integration/hsm.test.ts.

const plainToken = { slot: 1, label: 'ward-3', serial: 'a1', flags: tokenFlag.loginRequired }
const kindFrom = (work: () => unknown) => {
  try {
    work()
    return 'done'
  } catch (error) {
    return hsmFailure(error)
  }
}

/** A token that holds one key, and does as it is told. */
function scripted(more: Partial<Cryptoki> = {}) {
  const logins: (string | undefined)[] = []
  const cryptoki: Cryptoki = {
    tokens: () => [plainToken],
    mechanismFlags: () => mechanismFlag.encrypt | mechanismFlag.decrypt,
    openSession: () => 1,
    login: (_session, pin) => void logins.push(pin && Buffer.from(pin).toString()),
    generateAesKey: () => 7,
    find: () => [7],
    destroy: () => undefined,
    claims: (_session, _object, name) => name === 'sensitive',
    bytes: () => {
      throw new CryptokiError('C_GetAttributeValue', 0x11)
    },
    encrypt: (_session, _key, _iv, _additional, plain) => Buffer.from(plain),
    decrypt: (_session, _key, _iv, _additional, sealed) => Buffer.from(sealed),
    ...more,
  }
  return { cryptoki, logins }
}

const pinOf = (text: string, refused?: string) => ({ value: Buffer.from(text), refused })

describe('the PIN of a token', () => {
  it('that this token refused is never tried again: each try would count towards its lock', () => {
    const { cryptoki, logins } = scripted({
      login: (_session, pin) => {
        logins.push(Buffer.from(pin ?? []).toString())
        throw new CryptokiError('C_Login', rv.pinIncorrect)
      },
    })
    let mark: string | undefined
    try {
      logIn(cryptoki, 1, plainToken, pinOf('wrong'))
    } catch (error) {
      mark = error instanceof PinRefused ? error.mark : undefined
    }
    expect(mark).toBeDefined()
    expect(kindFrom(() => logIn(cryptoki, 1, plainToken, pinOf('wrong', mark)))).toBe('hsm-pin-wrong')
    expect(logins).toEqual(['wrong'])
    // Another PIN, and another token, are asked.
    expect(kindFrom(() => logIn(cryptoki, 1, plainToken, pinOf('other', mark)))).toBe('hsm-pin-wrong')
    expect(kindFrom(() => logIn(cryptoki, 1, { ...plainToken, serial: 'b2' }, pinOf('wrong', mark)))).toBe('hsm-pin-wrong')
    expect(logins).toEqual(['wrong', 'other', 'wrong'])
  })

  it('is not tried where one try is left, or none', () => {
    for (const flag of [tokenFlag.pinFinalTry, tokenFlag.pinLocked]) {
      const { cryptoki, logins } = scripted()
      expect(kindFrom(() => logIn(cryptoki, 1, { ...plainToken, flags: plainToken.flags | flag }, pinOf('right')))).toBe('hsm-pin-locked')
      expect(logins).toEqual([])
    }
  })

  it('that is locked, expired or not set up is told as that', () => {
    for (const code of [rv.pinLocked, rv.pinExpired, rv.userPinNotInitialized]) {
      const { cryptoki } = scripted({
        login: () => {
          throw new CryptokiError('C_Login', code)
        },
      })
      expect(kindFrom(() => logIn(cryptoki, 1, plainToken, pinOf('any')))).toBe('hsm-pin-locked')
    }
  })

  it('is asked for by the token itself where it has keys of its own, and by nobody where it wants none', () => {
    const pad = scripted()
    logIn(pad.cryptoki, 1, { ...plainToken, flags: plainToken.flags | tokenFlag.protectedAuthenticationPath }, { value: undefined, refused: undefined })
    expect(pad.logins).toEqual([undefined])
    const open = scripted()
    logIn(open.cryptoki, 1, { ...plainToken, flags: 0 }, pinOf('any'))
    expect(open.logins).toEqual([])
  })
})

describe('a token is not built on', () => {
  const openWith = (more: Partial<Cryptoki>) => openToken(scripted(more).cryptoki, { label: 'ward-3', serial: undefined }, { label: 'Chartkeep', isShared: false }, () => undefined)

  it('that does not do AES-GCM both ways', () => {
    for (const flags of [0, mechanismFlag.encrypt, mechanismFlag.decrypt]) expect(kindFrom(() => openWith({ mechanismFlags: () => flags }))).toBe('hsm-unfit')
  })

  it('that cannot open what it has just sealed', () => {
    expect(kindFrom(() => openWith({ decrypt: () => randomBytes(48) }).wrap('part', Buffer.alloc(48)))).toBe('hsm-unfit')
  })

  it('that made a key which can leave: the key is destroyed', () => {
    const claimed: Partial<Cryptoki>[] = [{ claims: () => true }, { claims: () => false }, { claims: () => undefined }, { bytes: () => Buffer.alloc(32) }]
    for (const more of claimed) {
      const destroyed: number[] = []
      const token = openWith({ ...more, find: () => [], destroy: (_session, key) => void destroyed.push(key) })
      expect(kindFrom(() => token.make('part'))).toBe('hsm-unfit')
      expect(destroyed).toEqual([7])
    }
  })

  it('that fails is told from a record that was changed', () => {
    const fails = () => {
      throw new CryptokiError('C_Decrypt', 0x5)
    }
    expect(kindFrom(() => openWith({ decrypt: fails }).unwrap('part', Buffer.alloc(80, 1)))).toBe('hsm-driver')
    const gone = () => {
      throw new CryptokiError('C_Decrypt', rv.deviceRemoved)
    }
    expect(kindFrom(() => openWith({ decrypt: gone }).unwrap('part', Buffer.alloc(80, 1)))).toBe('hsm-absent')
  })

  it('uses the IV that the token used, where it writes its own', () => {
    const token = openWith({
      encrypt: (_session, _key, iv, _additional, plain) => {
        iv.fill(9)
        return Buffer.concat([plain, Buffer.alloc(16)])
      },
      decrypt: (_session, _key, iv, _additional, sealed) => Buffer.from(iv.every((byte) => byte === 9) ? sealed.subarray(0, -16) : []),
    })
    expect(token.unwrap('part', token.wrap('part', Buffer.alloc(48, 3)))).toEqual(Buffer.alloc(48, 3))
  })
})

describe('what the process of a token answers', () => {
  const partsWith = async (...answers: readonly unknown[]) => {
    const jobs: Job[] = []
    const ended: number[] = []
    const keychain = memoryKeychain()
    await keychain.set(hsmPinAccount, '1234')
    const hire = (job: Job): HiredProcess => {
      jobs.push(structuredClone(job))
      const at = jobs.length - 1
      return { answer: Promise.resolve(answers[at]), end: () => Promise.resolve(void ended.push(at)) }
    }
    return { jobs, ended, keychain, parts: hsmKeys({ settings: { module: 'm', token: { label: 'l', serial: undefined }, keys: { label: 'k', isShared: false } }, hire, keychain, patience: 1_000 }) }
  }
  const failed = (failure: FailureKind) => ({ ok: false, failure })

  it('is not believed when it is of no form that we know: the module may have written over its memory', async () => {
    for (const rubbish of [undefined, 7, { ok: true, value: 'text' }, { ok: false, failure: 'made-up' }, { ok: true, value: 1, more: 2 }]) {
      const { parts } = await partsWith(rubbish)
      expect(await parts.unwrap('part', Buffer.alloc(80)).catch(kindOf)).toBe('hsm-driver')
    }
    const { parts } = await partsWith({ ok: true, value: true })
    expect(await parts.wrap('part', Buffer.alloc(48)).catch(kindOf)).toBe('hsm-driver')
  })

  it('is heard twice when it says that the key is gone: so may a token that is being pulled out', async () => {
    const { parts, jobs } = await partsWith(failed('hsm-key-missing'), failed('hsm-absent'))
    expect(await parts.exists('part').catch(kindOf)).toBe('hsm-absent')
    expect(jobs).toHaveLength(2)
  })

  it('is waited for by one errand at a time, each in a process of its own that is ended', async () => {
    const { parts, jobs, ended } = await partsWith({ ok: true, value: true }, failed('hsm-absent'), { ok: true, value: false })
    const all = await Promise.allSettled([parts.exists('a'), parts.exists('b'), parts.exists('c')])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(ended).toEqual([0, 1, 2])
    expect(jobs.map(({ errand }) => errand.part)).toEqual(['a', 'b', 'c'])
  })

  it('carries the mark of a refused PIN to the next errand, and the PIN itself to no other place than the process', async () => {
    const { parts, jobs, keychain } = await partsWith({ ...failed('hsm-pin-wrong'), refusedPin: 'mark' }, { ok: true, value: true })
    expect(await parts.exists('part').catch(kindOf)).toBe('hsm-pin-wrong')
    expect(await keychain.get('hsm-pin-refused')).toBe('mark')
    await parts.exists('part')
    expect(jobs.map(({ pin }) => pin.refused)).toEqual([undefined, 'mark'])
  })
})

describe('the command that takes the PIN of a token', () => {
  const given = async (input: string, keychain = memoryKeychain()) => {
    const said: string[] = []
    const code = await hsmPinCommand(Readable.from([Buffer.from(input)]), keychain, (text) => said.push(text))
    return { code, said: said.join(' '), kept: await keychain.get(hsmPinAccount), refused: await keychain.get('hsm-pin-refused') }
  }

  it('takes one line, with or without its end, and forgets that another was refused', async () => {
    const keychain = memoryKeychain()
    await keychain.set('hsm-pin-refused', 'mark')
    for (const input of ['12 34', '12 34\n', '12 34\r\nand more']) {
      expect(await given(input, keychain)).toMatchObject({ code: 0, kept: '12 34', refused: undefined })
    }
  })

  it('refuses none and what is too long, and never says what it was given', async () => {
    expect(await given('')).toMatchObject({ code: 2, kept: undefined })
    expect(await given('\n')).toMatchObject({ code: 2, kept: undefined })
    expect(await given('x'.repeat(256))).toMatchObject({ code: 2, kept: undefined })
    const { code, said } = await given('x'.repeat(255))
    expect(code).toBe(0)
    expect(said).not.toContain('xx')
    const locked: Keychain = { ...memoryKeychain(), set: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    expect(await given('12345', locked)).toMatchObject({ code: 1, said: expect.not.stringContaining('12345') })
  })
})

describe('the HSM that the policy names', () => {
  const pkcs11 = { module: '/m.so', tokenLabel: 'ward-3', keyLabel: 'Chartkeep', sharedKey: false, answerSeconds: 15 }
  const named = (first: Pick<Policy['vault'], 'keyPart' | 'pkcs11'>) => {
    const policy = { vault: first }
    const jobs: Job[] = []
    const hire = (job: Job): HiredProcess => {
      jobs.push(job)
      return { answer: Promise.resolve({ ok: true, value: true }), end: () => Promise.resolve() }
    }
    return { policy, jobs, hsm: hsmByPolicy({ vault: () => policy.vault, keychain: memoryKeychain(), hire }) }
  }

  it('is none by default, and where the policy names the keychain whatever else it says', () => {
    expect(named({ keyPart: 'keychain' }).hsm()).toBeUndefined()
    expect(named({ keyPart: 'keychain', pkcs11 }).hsm()).toBeUndefined()
  })

  it('is the same for as long as the policy is, and another one when it changes', async () => {
    const { policy, jobs, hsm } = named({ keyPart: 'pkcs11', pkcs11 })
    const before = hsm()
    policy.vault = { keyPart: 'pkcs11', pkcs11: { ...pkcs11 } }
    expect(hsm()).toBe(before)
    policy.vault = { keyPart: 'pkcs11', pkcs11: { ...pkcs11, tokenLabel: 'ward-4' } }
    expect(hsm()).not.toBe(before)
    await hsm()?.exists('a')
    expect(jobs[0]?.settings).toEqual({ module: '/m.so', token: { label: 'ward-4', serial: undefined }, keys: { label: 'Chartkeep', isShared: false } })
  })

  it('must be named whole: by a policy that leaves the module or the token open nobody works', () => {
    const ehr = { fhirBase: 'https://ehr.example/fhir', clientId: 'c' }
    const isTaken = (vault: unknown) => Policy.safeParse({ ehr, vault }).success
    expect(isTaken({ keyPart: 'pkcs11', pkcs11: { module: '/m.so', tokenSerial: 'a1' } })).toBe(true)
    expect(isTaken({ keyPart: 'pkcs11', pkcs11: { module: 'C:\\hsm\\m.dll', tokenLabel: 'w' } })).toBe(true)
    for (const wrong of [{ keyPart: 'pkcs11' }, { keyPart: 'pkcs11', pkcs11: { module: '/m.so' } }, { keyPart: 'pkcs11', pkcs11: { tokenLabel: 'w' } }, { keyPart: 'pkcs11', pkcs11: { module: 'm.so', tokenLabel: 'w' } }, { keyPart: 'hsm' }]) {
      expect(isTaken(wrong)).toBe(false)
    }
  })
})

describe('the environment of a vendor’s module', () => {
  it('has what the module is configured by, and no way to the keyring, the desktop or Node', () => {
    const given = { PATH: '/bin', SOFTHSM2_CONF: '/etc/s', ChrystokiConfigurationPath: '/etc/l', DBUS_SESSION_BUS_ADDRESS: 'unix:x', DISPLAY: ':0', WAYLAND_DISPLAY: 'w', XAUTHORITY: 'x', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', CHARTKEEP_USER_DATA: 'u', HOME: undefined }
    expect(moduleEnvironment(given)).toEqual({ PATH: '/bin', SOFTHSM2_CONF: '/etc/s', ChrystokiConfigurationPath: '/etc/l' })
  })
})
