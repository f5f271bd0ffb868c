import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochs } from '../../electron/vault/epochs.ts'
import { hsmByPolicy } from '../../electron/vault/hsm/by-policy.ts'
import { hsmKeys, hsmPinAccount } from '../../electron/vault/hsm/hsm-keys.ts'
import { partWrapping } from '../../electron/vault/kept-part.ts'
import { keyParts } from '../../electron/vault/key-part.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { renewedUnderHsm } from '../../electron/vault/renewed-under-hsm.ts'
import { rotations } from '../../electron/vault/rotations.ts'
import { tries } from '../../electron/vault/tries.ts'
import { createVault } from '../../electron/vault/vault.ts'
import { kindOf } from '../../shared/errors.ts'
import { type Hired, hireUnderNode } from './hsm/node-process.ts'
import { type SoftToken, type SoftTokens, softTokens } from './hsm/soft-tokens.ts'

const thief = new URL('hsm/thief.ts', import.meta.url).pathname
const outcome = (work: Promise<unknown>) => work.then(() => 'done', kindOf)
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

let shelf: SoftTokens
let token: SoftToken
let folder: string
let lastPart = 0
const hired: Hired[] = []

beforeAll(() => {
  shelf = softTokens()
  token = shelf.add('ward-3')
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-modules-'))
})
afterAll(() => {
  shelf.discard()
  rmSync(folder, { recursive: true, force: true })
})

interface Options {
  readonly module?: string
  readonly label?: string
  readonly serial?: string
  readonly pin?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly isShared?: boolean
  readonly patience?: number
}

/** A workstation whose policy names the token. */
async function workstation(options: Options = {}) {
  const keychain = memoryKeychain()
  const pin = 'pin' in options ? options.pin : token.pin
  if (pin !== undefined) await keychain.set(hsmPinAccount, pin)
  const settings = { module: options.module ?? shelf.module, token: { label: options.label ?? token.label, serial: options.serial }, keys: { label: 'Chartkeep', isShared: options.isShared ?? false } }
  const hire = hireUnderNode(options.env ?? shelf.env, hired)
  return { keychain, parts: hsmKeys({ settings, hire, keychain, patience: options.patience ?? 20_000 }) }
}

/** A part that nobody else uses. */
const newPart = () => `abcdefghijklmnopqrstuvwxyz/${(lastPart += 1)}`

/** What somebody gets who speaks to the token themselves. */
function steal(part: string, what: string, more = '', from = token): unknown {
  const text = execFileSync(process.execPath, [thief, shelf.module, from.label, from.pin, part, what, more], { env: { ...process.env, ...shelf.env }, encoding: 'utf8' })
  return JSON.parse(text).got
}

describe('a key in an HSM @164.312(a)(2)(iv)', () => {
  it('is made in the token, and opens what it wrapped from one process to the next', async () => {
    const { parts } = await workstation()
    const [part, secret] = [newPart(), randomBytes(48)]
    expect(await parts.exists(part)).toBe(false)
    await parts.make(part)
    expect(await parts.exists(part)).toBe(true)
    const wrapped = await parts.wrap(part, secret)
    expect(wrapped.includes(secret.subarray(0, 16))).toBe(false)
    expect(await parts.unwrap(part, wrapped)).toEqual(secret)
    // Another workstation with the same token: the key is in the token and nowhere else.
    expect(await (await workstation()).parts.unwrap(part, wrapped)).toEqual(secret)
  })

  it('guards the part that takes the place of another, and what guarded the old one is destroyed with it', async () => {
    const { keychain, parts } = await workstation()
    const user = newPart().replace('/', '')
    const kept = keyParts(keychain, partWrapping(() => parts))
    const { fresh } = await kept.renew(user, undefined)
    await kept.settle(user, fresh.id)
    const next = await kept.succeed(user, fresh.id)
    expect(next.part.equals(fresh.part)).toBe(false)
    expect(await kept.read(user, fresh.id)).toEqual(fresh.part)
    expect(await kept.read(user, next.id)).toEqual(next.part)
    await kept.settle(user, next.id)
    expect([await parts.exists(`${user}/${fresh.id}`), await parts.exists(`${user}/${next.id}`)]).toEqual([false, true])
    expect(await kept.read(user, next.id)).toEqual(next.part)
    expect(await outcome(kept.read(user, fresh.id))).toBe('vault-superseded')
  })

  it('wraps the same bytes differently each time', async () => {
    const { parts } = await workstation()
    const part = newPart()
    await parts.make(part)
    expect(await parts.wrap(part, Buffer.alloc(48))).not.toEqual(await parts.wrap(part, Buffer.alloc(48)))
  })

  it('never leaves: it is not read, not wrapped out, not loosened, not copied, by who knows the token’s PIN', async () => {
    const part = newPart()
    await (await workstation()).parts.make(part)
    expect(steal(part, 'read')).toEqual({ value: 'refused', sensitive: true, extractable: false })
    expect(steal(part, 'wrap-out')).toEqual([false, false])
    expect(steal(part, 'loosen')).toEqual({ set: false, copy: false })
  })

  it('that somebody planted so that it can leave is not used', async () => {
    const part = newPart()
    expect(steal(part, 'plant-loose')).toBe(true)
    // What was refused above is refused for what the key is, and not for how it was asked.
    expect(steal(part, 'read')).toEqual({ value: 'given', sensitive: false, extractable: true })
    expect(steal(part, 'wrap-out')).toEqual([false, true])
    expect(await outcome((await workstation()).parts.wrap(part, Buffer.alloc(48)))).toBe('hsm-unfit')
  })

  it('is not made over one that is there, and a twin that somebody planted is not guessed at', async () => {
    const { parts } = await workstation()
    const part = newPart()
    await parts.make(part)
    expect(await outcome(parts.make(part))).toBe('hsm-ambiguous')
    const wrapped = await parts.wrap(part, Buffer.alloc(48))
    steal(part, 'plant')
    expect(await outcome(parts.unwrap(part, wrapped))).toBe('hsm-ambiguous')
  })

  it('opens nothing that was changed by one bit, nor what was wrapped for another', async () => {
    const { parts } = await workstation()
    const [part, other] = [newPart(), newPart()]
    await parts.make(part)
    await parts.make(other)
    // Format, IV, 48 bytes and the tag.
    expect(steal(part, 'flip-every-byte', randomBytes(48).toString('hex'))).toEqual([1 + 12 + 48 + 16, ['vault-corrupt']])
    const wrapped = await parts.wrap(part, Buffer.alloc(48))
    expect(await outcome(parts.unwrap(other, wrapped))).toBe('vault-corrupt')
    for (const cut of [0, 1, 12, 28, wrapped.length - 1]) expect(await outcome(parts.unwrap(part, wrapped.subarray(0, cut)))).toBe('vault-corrupt')
  })

  it('that was destroyed opens nothing any more, and destroying it again is no failure', async () => {
    const { parts } = await workstation()
    const part = newPart()
    await parts.make(part)
    const wrapped = await parts.wrap(part, Buffer.alloc(48))
    await parts.destroy(part)
    await parts.destroy(part)
    expect(await outcome(parts.unwrap(part, wrapped))).toBe('hsm-key-missing')
    // A new key of the same name is another key.
    await parts.make(part)
    expect(await outcome(parts.unwrap(part, wrapped))).toBe('vault-corrupt')
  })
})

describe('one key for all @164.312(a)(2)(iv)', () => {
  it('is used as it was made ahead, tells parts apart, and is neither made nor destroyed from here', async () => {
    const site = shelf.add('site')
    const { parts } = await workstation({ label: 'site', pin: site.pin, isShared: true })
    const [part, other] = [newPart(), newPart()]
    expect(await outcome(parts.make(part))).toBe('hsm-key-missing')
    steal('made-ahead', 'plant', '', site)
    await parts.make(part)
    const wrapped = await parts.wrap(part, Buffer.alloc(32, 5))
    expect(await outcome(parts.unwrap(other, wrapped))).toBe('vault-corrupt')
    await parts.destroy(part)
    expect(await parts.unwrap(part, wrapped)).toEqual(Buffer.alloc(32, 5))
    // Two of that label: which is meant is not guessed.
    steal('made-later', 'plant', '', site)
    expect(await outcome(parts.unwrap(part, wrapped))).toBe('hsm-ambiguous')
  })
})

describe('a token', () => {
  it('that was taken out is told as that, and is as it was when it is put back', async () => {
    const { parts } = await workstation()
    const [part, secret] = [newPart(), randomBytes(48)]
    await parts.make(part)
    const wrapped = await parts.wrap(part, secret)
    token.takeOut()
    try {
      expect(await outcome(parts.unwrap(part, wrapped))).toBe('hsm-absent')
    } finally {
      token.putBack()
    }
    expect(await parts.unwrap(part, wrapped)).toEqual(secret)
  })

  it('that is pulled out under way gives what it had or says that it does not, and never anything else', () => {
    const doomed = shelf.add('doomed')
    const part = newPart()
    steal(part, 'plant', '', doomed)
    expect([
      ['opened', true],
      ['failed', 'hsm-absent'],
      // This one notices the loss of its files object by object; the next process finds no token.
      ['failed', 'hsm-key-missing'],
    ]).toContainEqual(steal(part, 'pull-out-under-way', doomed.folder, doomed))
  })

  it('whose key somebody deleted is not given a new one in silence', async () => {
    const { parts } = await workstation()
    const part = newPart()
    await parts.make(part)
    expect(steal(part, 'delete')).toBe('given')
    expect(await outcome(parts.wrap(part, Buffer.alloc(48)))).toBe('hsm-key-missing')
    expect(await parts.exists(part)).toBe(false)
  })

  it('is not guessed where two have the same label, and is found by its serial number', async () => {
    const first = shelf.add('twins')
    shelf.add('twins')
    const part = newPart()
    expect(await outcome((await workstation({ label: 'twins', pin: first.pin })).parts.make(part))).toBe('hsm-ambiguous')
    const [one = '', other = ''] = shelf.serials('twins')
    expect(one).not.toBe(other)
    const made = await Promise.all([one, other].map(async (serial) => outcome((await workstation({ label: 'twins', serial, pin: first.pin })).parts.make(part))))
    // The PIN is the first one's: which of the serial numbers is its own, the token says.
    expect(made.sort()).toEqual(['done', 'hsm-pin-wrong'])
  })

  it('that nobody gave us the PIN of is not asked with none', async () => {
    expect(await outcome((await workstation({ pin: undefined })).parts.make(newPart()))).toBe('hsm-pin-missing')
  })
})

describe('a policy that names another token than the one that guards a part', () => {
  it('has all that the part opened put under new keys, of which the first token has none @164.312(a)(2)(iv)', async () => {
    const [left, taken] = [shelf.add('left'), shelf.add('taken')]
    const keychain = memoryKeychain()
    const user = newPart().replace('/', '')
    const named = { label: left.label }
    const key = randomBytes(32).toString('hex')
    const byPolicy = hsmByPolicy({
      vault: () => ({ keyPart: 'pkcs11', pkcs11: { module: shelf.module, tokenLabel: named.label, keyLabel: 'Chartkeep', sharedKey: false, answerSeconds: 20 } }),
      keychain,
      hire: hireUnderNode(shelf.env, hired),
    })
    // The vendor's own way of bringing keys from one token to the other: the first part's is in both.
    const hsm = () => {
      const keys = byPolicy()
      return keys && named.label === left.label ? { ...keys, make: async (part: string) => void [left, taken].map((each) => steal(part, 'plant-known', key, each)) } : keys
    }
    const kept = keyParts(keychain, partWrapping(hsm))
    const orders: string[] = []
    const bare = createVault({ keyParts: kept, tries: tries({ keychain, monotonic: () => 0, wait: () => Promise.resolve() }), epochs: epochs(keychain), rotations: rotations({ keychain, clock: { now: () => 0 }, policy: () => ({ keyPartDays: 90, dataKeyDays: 365 }) }), keeping: 'sealed', userData: folder })
    const vault = renewedUnderHsm({ ...bare, orderRotation: async (userKey, what) => (await bare.orderRotation(userKey, what), void orders.push(what)) })
    await keychain.set(hsmPinAccount, left.pin)
    const { fresh } = await vault.renewKeyPart(user, undefined)
    const secret = Buffer.from(fresh.part)
    await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 1 }, 'new-pin')
    expect(await vault.releaseKeyPart(user, fresh.id)).toMatchObject({ due: 'nothing' })

    named.label = taken.label
    await keychain.set(hsmPinAccount, taken.pin)
    const moved = await vault.releaseKeyPart(user, fresh.id)
    expect(moved).toMatchObject({ due: 'data-key', part: secret })
    expect(orders).toEqual(['data-key'])
    const next = await vault.succeedKeyPart(user, fresh.id)
    await vault.settleKeyPart(user, { part: next.id, dataKey: 2, epoch: 2 }, 'rotation')
    expect(await vault.releaseKeyPart(user, next.id)).toMatchObject({ due: 'nothing', part: next.part })
    expect(orders).toEqual(['data-key'])
    // Who has the first token opens by it what the keychain held then, and that opens nothing any more.
    const first = (await workstation({ label: left.label, pin: left.pin })).parts
    expect([await first.exists(`${user}/${fresh.id}`), await first.exists(`${user}/${next.id}`)]).toEqual([true, false])
  })
})

describe('the token’s own PIN', () => {
  it('that is wrong is refused, said as that, and is right again when IT has mended it', async () => {
    const { parts, keychain } = await workstation({ pin: 'not-the-pin' })
    const part = newPart()
    expect(await outcome(parts.make(part))).toBe('hsm-pin-wrong')
    await keychain.set(hsmPinAccount, token.pin)
    expect(await outcome(parts.make(part))).toBe('done')
  })

  it('stands in nothing that we say or keep when it was refused', async () => {
    const pin = 'a-pin-that-nobody-may-see'
    const { parts, keychain } = await workstation({ pin })
    const error = await parts.make(newPart()).catch((caught: unknown) => caught)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(pin)
    expect(await keychain.get('hsm-pin-refused')).toMatch(/^[\w-]{43}$/)
  })
})

describe('a vendor’s module', () => {
  it('that is missing, is no library, or is a library of something else is told as that', async () => {
    const text = join(folder, 'text.so')
    writeFileSync(text, 'not a library')
    // A real library, of the keychain's: loaded without harm, and no PKCS#11.
    const other = createRequire(import.meta.url).resolve('@node-rs/argon2-linux-x64-gnu')
    for (const module of [join(folder, 'nothing.so'), text, folder, other]) {
      expect(await outcome((await workstation({ module })).parts.make(newPart()))).toBe('hsm-driver')
    }
  })

  it.runIf(process.platform === 'linux')('that crashes takes its own process along, and no other', async () => {
    const { parts } = await workstation({ module: shelf.brokenModule() })
    expect(await outcome(parts.make(newPart()))).toBe('hsm-driver')
    expect(['SIGBUS', 'SIGSEGV']).toContain(hired.at(-1)?.signal)
    expect(await outcome(parts.make(newPart()))).toBe('hsm-driver')
  })

  it.runIf(process.platform !== 'win32')('that hangs is given up in time and killed, and the next errand is served', async () => {
    // The real one reads its configuration from a pipe into which nobody writes.
    const pipe = join(folder, 'softhsm2.conf')
    execFileSync('mkfifo', [pipe])
    const { parts } = await workstation({ env: { SOFTHSM2_CONF: pipe }, patience: 1_500 })
    expect(await outcome(parts.make(newPart()))).toBe('hsm-silent')
    expect(hired.at(-1)?.signal).toBe('SIGKILL')
    rmSync(pipe)
    copyFileSync(shelf.configuration, pipe)
    expect(await outcome(parts.make(newPart()))).toBe('done')
  })

  it('leaves no process behind, whatever it did', () => {
    expect(hired.length).toBeGreaterThan(20)
    expect(hired.filter(({ pid }) => isAlive(pid))).toEqual([])
  })
})
